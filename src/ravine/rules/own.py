"""A rule of one's own, in a file: `signum.py`, or `mine.py:signum` where a file defines several."""

import re
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path

from ravine.errors import RavineError
from ravine.rules.book import rules
from ravine.rules.rule import Rule
from ravine.source_file import run_file

_PLACE = re.compile(r"(?P<path>.+\.py)(:(?P<name>\w+))?(?P<forms>(\+\w+)*)")


def in_a_file(place: str) -> bool:
    """Whether the text names a file of rules; with +decoupled and the like, its rule in that form."""
    return _PLACE.fullmatch(place) is not None


def read_rule(place: str) -> Rule:
    """The rule at a place such as `signum.py`, `mine.py:signum` or `signum.py+decoupled`. The file is run, once.

    Raises RavineError for what goes wrong in the file, with the line; for a file without a rule, or with several where
    none is named.
    """
    match = _PLACE.fullmatch(place)
    assert match, "ask in_a_file first"
    path = Path(match["path"])
    written = path.stat().st_mtime_ns if path.is_file() else 0
    found = _rules(path, written)
    if match["name"] is None and len(found) > 1:
        raise RavineError(f"{path} defines {len(found)} rules; choose one, as in {path}:{next(iter(found))}")
    name = match["name"] or next(iter(found))
    if name not in found:
        raise RavineError(f"{path} defines no rule {name!r}; it has {', '.join(found)}")
    return reduce(Rule.with_form, match["forms"].split("+")[1:], found[name])


@cache
def _rules(path: Path, written: int) -> dict[str, Rule]:
    """The rules that a file, written at that time, defines; each is the main form of its own family."""
    module = run_file(path, f"rule_{path.stem}")
    known = {value.name: value for value in vars(module).values() if isinstance(value, Rule)}
    own = {name: replace(rule, family=name) for name, rule in known.items() if not _of_the_library(rule)}
    if not own:
        raise RavineError(f"{path} defines no rule: write its equation as a function under @rule, as the README shows")
    return own


def _of_the_library(rule: Rule) -> bool:
    return any(rule is known for known in rules.values())
