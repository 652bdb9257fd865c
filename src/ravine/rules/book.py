"""The book of rules: every rule of the package by its name, in the forms that the name says."""

import re
from dataclasses import replace
from functools import reduce

from ravine.errors import RavineError
from ravine.registry import Registry
from ravine.rules.rule import Rule

_IN_FORMS = re.compile(r"(?P<plain>.+?)(?P<forms>(\+\w+)*)")


class RuleBook(Registry[Rule]):
    """Rules by name; `adam+l2` and `adam+decoupled+cautious` are a rule in other forms (see forms.py).

    included: the names of those that no file of the package defines.
    of_matrices: rules that step nothing else; they are found by name, and stand in no list of rules.
    """

    def __init__(self) -> None:
        super().__init__("ravine.rules", Rule, "rule", example="adam")
        self.included: set[str] = set()
        self.of_matrices = Registry("ravine.rules.matrices", Rule, "rule", example="muon")

    def include(self, rule: Rule, *, again: bool = False) -> None:
        """Takes up a rule of one's own, in this process. RavineError if there is one of its name.

        again: it takes the place of one that was taken up before, as where a notebook's cell is run a second time.
        """
        if rule.name in self and not (again and rule.name in self.included):
            raise RavineError(f"there is a rule {rule.name!r} already: give yours another name")
        self._entries[rule.name] = self._of_ones_own(rule)
        self.included.add(rule.name)

    def find(self, wanted: object) -> Rule:
        match = _IN_FORMS.fullmatch(wanted) if isinstance(wanted, str) else None
        if not match:
            return super().find(wanted)
        return reduce(Rule.with_form, match["forms"].split("+")[1:], super().find(match["plain"]))

    @staticmethod
    def in_a_file(wanted: str) -> bool:
        match = _IN_FORMS.fullmatch(wanted)
        return match is not None and Registry.in_a_file(match["plain"])

    def _of_ones_own(self, definition: Rule) -> Rule:
        return replace(definition, family=definition.name)

    def __getitem__(self, name: str) -> Rule:
        plain, *forms = name.split("+")
        found = self.of_matrices[plain] if plain in self.of_matrices else super().__getitem__(plain)
        return reduce(Rule.with_form, forms, found)

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self[name])
        except RavineError:
            return False


rules = RuleBook()
