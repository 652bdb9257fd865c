"""A rule as a person names it: by its name, or by the file that defines it."""

from pathlib import Path

from ravine.errors import RavineError
from ravine.rules.book import rules
from ravine.rules.own import in_a_file, read_rule
from ravine.rules.rule import Rule


def find_rule(rule: str | Rule) -> Rule:
    """A rule, the one of that name, or that of a file (`signum.py`), which is run: not for names from the web.

    `adam+decoupled+cautious` and `signum.py+l2` are rules in other forms (see forms.py).
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
