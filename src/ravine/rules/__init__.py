"""The rules: one optimizer, one file. Drop a file in and its rules take part everywhere."""

from ravine.errors import RavineError
from ravine.registry import Registry
from ravine.rules.rule import Rule, rule

__all__ = ["Rule", "RuleBook", "find_rule", "rule", "rules"]


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


def find_rule(rule: str | Rule) -> Rule:
    """A rule, or the one of that name; `adam+decoupled` is Adam with decoupled weight decay."""
    if isinstance(rule, Rule):
        return rule
    if not isinstance(rule, str):
        called = getattr(rule, "__name__", repr(rule))
        raise RavineError(f"{called} is no rule: name one, such as 'adam', or write one under @ravine.rule")
    return rules[rule]
