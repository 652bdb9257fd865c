"""The rules: one optimizer, one file. Drop a file in and its rules take part everywhere."""

from ravine.errors import RavineError
from ravine.registry import Registry
from ravine.rules.rule import Rule, rule

__all__ = ["Rule", "RuleBook", "rule", "rules"]


class RuleBook(Registry[Rule]):
    """Rules by name; `adam+l2` and `adam+decoupled` are a rule with weight decay."""

    def __getitem__(self, name: str) -> Rule:
        plain, plus, form = name.partition("+")
        found = super().__getitem__(plain)
        return found.with_weight_decay(form) if plus else found

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self[name])
        except RavineError:
            return False


rules = RuleBook("ravine.rules", Rule, "rule")
