"""One optimizer of a study, as a person names it: a rule, what is tried of it, and a schedule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ravine.errors import RavineError, unknown
from ravine.lab.study.spaces import Range, read_range, settings
from ravine.rules import Rule, find_rule
from ravine.schedules import Schedule, parse_schedule

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
KEYS = ("rule", "label", "schedule", "trials")


@dataclass(frozen=True)
class Entry:
    """name: what tables call it. settings: what is tried; a hyperparameter that is not named is at its default.

    drawn: whether they are points drawn from a space, rather than a grid.
    """

    name: str
    rule: Rule
    settings: tuple[Mapping[str, float], ...]
    schedule: Schedule
    drawn: bool = False


def read_entries(optimizers: Iterable[str | Rule | Mapping[str, Any]], lrs: Range, schedule: str) -> tuple[Entry, ...]:
    """The entries of `optimizers`: names of rules, rules, or mappings with the keys of `read_entry`."""
    if isinstance(optimizers, str | Mapping):
        raise RavineError(f"optimizers must be a list of names, as in ['sgd', 'adam'], not {optimizers!r}")
    read_range("lrs", lrs)  # a fault in what all share is not the first one's
    return tuple(
        read_entry(given if isinstance(given, Mapping) else {"rule": given}, lrs, schedule) for given in optimizers
    )


def read_entry(given: Mapping[str, Any], lrs: Range, schedule: str) -> Entry:
    """One optimizer from its description.

    rule: a rule or its name. label: its name in tables, by default the rule's. schedule, lr: by default `schedule` and
    `lrs`. trials: how many settings to draw; without it, every combination is tried. Every other key is one of the
    rule's hyperparameters, with a range that `read_range` reads. RavineError, naming optimizer and key, for anything
    else.
    """
    if "rule" not in given:
        raise RavineError("an optimizer lacks its rule, as in rule = 'adam'")
    if not isinstance(given["rule"], str | Rule):
        raise RavineError(f"rule must be the name of a rule, as in rule = 'adam', not {given['rule']!r}")
    rule = _trainable(find_rule(given["rule"]))
    name = given.get("label", rule.name)
    if not isinstance(name, str) or not name.strip():
        raise RavineError(f"{rule.name}: label must be text, not {name!r}")
    for key in given:
        if key not in KEYS and key not in rule.hyperparameters:
            raise unknown(f"key of optimizer {name}", key, (*KEYS, *rule.hyperparameters))
    try:
        read = _schedule(rule, given.get("schedule", schedule))
        return Entry(name, rule, _settings(rule, given, lrs), read, drawn=given.get("trials") is not None)
    except RavineError as error:
        message = str(error)
        raise RavineError(message if message.startswith(f"{name}:") else f"{name}: {message}") from None


def _trainable(rule: Rule) -> Rule:
    if rule.equation.gradient_at is not None:
        raise RavineError(
            f"{rule.name} wants its gradient at another point than the parameters; compare {rule.family!r}, "
            "the same method in a form that takes it where they stand"
        )
    return rule


def _settings(rule: Rule, given: Mapping[str, Any], lrs: Range) -> tuple[Mapping[str, float], ...]:
    default = {"lr": lrs} if "lr" in rule.hyperparameters else {}
    ranges = {**default, **{key: value for key, value in given.items() if key in rule.hyperparameters}}
    tried = settings(ranges, given.get("trials"))
    for setting in tried:
        rule.settings(setting)  # refuses what is out of range
    return tuple(tried)


def _schedule(rule: Rule, text: object) -> Schedule:
    read = parse_schedule(text)
    if "lr" not in rule.hyperparameters and str(read) != "constant":
        raise RavineError(f"it has no lr for the schedule {text!r} to act on; its schedule must be constant")
    return read
