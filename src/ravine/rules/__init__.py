"""The rules: one optimizer, one file. Drop a file in and its rules take part everywhere."""

from pathlib import Path

from ravine.errors import RavineError
from ravine.registry import Registry
from ravine.rules.own import in_a_file, read_rule
from ravine.rules.rule import Rule, rule

__all__ = ["Rule", "RuleBook", "find_rule", "rule", "rules"]


class RuleBook(Registry[Rule]):
    """Rules by name; `adam+l2` and `adam+decoupled` are a rule with weight decay.

    included: the names of those that no file of the package defines.
    """

    def __init__(self) -> None:
        super().__init__("ravine.rules", Rule, "rule")
        self.included: set[str] = set()

    def include(self, rule: Rule) -> None:
        """Takes up a rule of one's own, in this process. RavineError if there is one of its name."""
        if rule.name in self:
            raise RavineError(f"there is a rule {rule.name!r} already: give yours another name")
        self._entries[rule.name] = rule
        self.included.add(rule.name)

    def __getitem__(self, name: str) -> Rule:
        plain, plus, form = name.partition("+")
        found = super().__getitem__(plain)
        return found.with_weight_decay(form) if plus else found

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self[name])
        except RavineError:
            return False


rules = RuleBook()


def find_rule(rule: str | Rule) -> Rule:
    """A rule, the one of that name, or that of a file (`signum.py`), which is run: not for names from the web.

    `adam+decoupled` and `signum.py+decoupled` have decoupled weight decay.
    """
    if isinstance(rule, Rule):
        return rule
    if not isinstance(rule, str):
        called = getattr(rule, "__name__", repr(rule))
        raise RavineError(f"{called} is no rule: name one, such as 'adam', or write one under @ravine.rule")
    if in_a_file(rule):
        return read_rule(rule)
    if rule not in rules and Path(f"{rule}.py").is_file():
        raise RavineError(f"unknown rule {rule!r}; to take it from the file here, say {rule}.py")
    return rules[rule]
