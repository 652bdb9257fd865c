"""A rule as a person names it: by its name, or by the file that defines it."""

from ravine.rules.book import rules
from ravine.rules.rule import Rule


def find_rule(rule: str | Rule) -> Rule:
    """A rule, the one of that name, or that of a file (`qhm.py`), which is run: not for names from the web.

    `adam+decoupled+cautious` and `qhm.py+l2` are rules in other forms (see forms.py).
    """
    return rules.find(rule)


def in_a_file(place: str) -> bool:
    """Whether the text names a file of rules; with +decoupled or +l2, its rule with weight decay."""
    return rules.in_a_file(place)
