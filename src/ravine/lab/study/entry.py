"""One optimizer of a study, as a person names it: a rule, what is tried of it, and a schedule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ravine.errors import RavineError, unknown
from ravine.lab.study.spaces import ARGUMENT, Range, read_range, settings
from ravine.lab.study.torch_optimizer import TorchOptimizer, as_torch_optimizer
from ravine.rules import Rule, find_rule
from ravine.schedules import Schedule, parse_schedule

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
KEYS = ("rule", "label", "schedule", "trials")
BEYOND = ("batch_size", "schedule")  # what a setting may say beside hyperparameters, and the model's arguments


@dataclass(frozen=True)
class Entry:
    """name: what tables call it. settings: what is tried; a hyperparameter that is not named is at its default.

    A setting may also name a batch_size, a schedule, and arguments of the model, such as model.width.
    drawn: whether they are points drawn from a space, rather than a grid.
    """

    name: str
    rule: Rule | TorchOptimizer
    settings: tuple[Mapping[str, Any], ...]
    schedule: Schedule
    drawn: bool = False


def read_entries(
    optimizers: Iterable[str | Rule | type[Any] | Mapping[str, Any]],
    lrs: Range,
    schedule: str | Sequence[str],
    search: Mapping[str, Any] | None = None,
) -> tuple[Entry, ...]:
    """The entries of `optimizers`: names of rules, rules, optimizer classes, or mappings as `read_entry` takes them.

    search: what else all of them try, such as {"batch_size": [16, 32]}; see `read_entry`.
    """
    if isinstance(optimizers, str | Mapping):
        raise RavineError(f"optimizers must be a list of names, as in ['sgd', 'adam'], not {optimizers!r}")
    read_range("lrs", lrs)  # a fault in what all share is not the first one's
    shared = _flat(search or {})
    for key in shared:
        if not _beyond(key) and "." in key:
            raise RavineError(f"search: {key!r} is no hyperparameter; an argument of the model is {ARGUMENT}NAME")
    entries = tuple(
        read_entry(given if isinstance(given, Mapping) else {"rule": given}, lrs, schedule, shared)
        for given in optimizers
    )
    used = {key for entry in entries for setting in entry.settings for key in setting}
    for key in shared:
        if key not in used and not any(key in entry.rule.hyperparameters for entry in entries):
            known = {name for entry in entries for name in entry.rule.hyperparameters}
            raise unknown("name in search", key, (*BEYOND, f"{ARGUMENT}NAME", *known))
    return entries


def read_entry(
    given: Mapping[str, Any], lrs: Range, schedule: str | Sequence[str], search: Mapping[str, Any] | None = None
) -> Entry:
    """One optimizer from its description.

    rule: a rule or its name. label: its name in tables, by default the rule's. schedule, lr: by default `schedule` and
    `lrs`; schedules may be a list. trials: how many settings to draw; without it, every combination is tried. Every
    other key is batch_size, model (a table of its arguments), or one of the rule's hyperparameters, with a range that
    `read_range` reads; by default those of `search`. RavineError, naming optimizer and key, for anything else.
    """
    given = _flat(given)
    if "rule" not in given:
        raise RavineError("an optimizer lacks its rule, as in rule = 'adam'")
    rule = _found(given["rule"])
    name = given.get("label", rule.name)
    if not isinstance(name, str) or not name.strip():
        raise RavineError(f"{rule.name}: label must be text, not {name!r}")
    for key in given:
        if key not in KEYS and not _beyond(key) and key not in rule.hyperparameters:
            raise unknown(f"key of optimizer {name}", key, (*KEYS, *BEYOND, *rule.hyperparameters))
    try:
        tried = {**(search or {}), **given}.get("schedule", schedule)
        schedules = [_schedule(rule, one) for one in (tried if isinstance(tried, list | tuple) and tried else [tried])]
        made = _settings(rule, given, lrs, search or {}, [str(one) for one in schedules])
        return Entry(name, rule, made, schedules[0], drawn=given.get("trials") is not None)
    except RavineError as error:
        message = str(error)
        raise RavineError(message if message.startswith(f"{name}:") else f"{name}: {message}") from None


def _trainable(rule: Rule) -> Rule:
    if rule.of_matrices:
        raise RavineError(
            f"{rule.name} steps matrices alone, and a network has vectors too; compare the class ravine.optim.Muon, "
            "which gives those to AdamW"
        )
    if rule.equation.gradient_at is not None:
        from ravine.optim.held import evaluated_at  # loads PyTorch

        evaluated_at(rule.equation)  # refuses a point that no training loop can use
    return rule


def _found(given: object) -> Rule | TorchOptimizer:
    if (found := as_torch_optimizer(given)) is not None:
        rule = getattr(found.kind, "of", None)  # a class that `from_rule` made
        return _trainable(rule) if isinstance(rule, Rule) else found
    if not isinstance(given, str | Rule):
        raise RavineError(f"rule must be the name of a rule, as in rule = 'adam', or an optimizer class, not {given!r}")
    return _trainable(find_rule(given))


def _flat(given: Mapping[str, Any]) -> dict[str, Any]:
    """With the table `model` as keys of its own: model.width."""
    table = given.get("model")
    inner = {f"{ARGUMENT}{name}": value for name, value in table.items()} if isinstance(table, Mapping) else {}
    return {**{key: value for key, value in given.items() if not (key == "model" and inner)}, **inner}


def _beyond(key: str) -> bool:
    """Whether it is searched beside the optimizer's own hyperparameters."""
    return key in BEYOND or key.startswith(ARGUMENT)


def _settings(
    rule: Rule | TorchOptimizer,
    given: Mapping[str, Any],
    lrs: Range,
    search: Mapping[str, Any],
    schedules: Sequence[str],
) -> tuple[Mapping[str, Any], ...]:
    default: dict[str, Any] = {"lr": lrs} if "lr" in rule.hyperparameters else {}
    for source in (search, given):
        default |= {k: v for k, v in source.items() if k in rule.hyperparameters or (_beyond(k) and k != "schedule")}
    if len(schedules) > 1:
        default["schedule"] = schedules
    tried = settings(default, given.get("trials"))
    for setting in tried:
        rule.settings(
            {key: value for key, value in setting.items() if not _beyond(key)}
        )  # refuses what is out of range
    return tuple(tried)


def _schedule(rule: Rule | TorchOptimizer, text: object) -> Schedule:
    read = parse_schedule(text)
    if "lr" not in rule.hyperparameters and str(read) != "constant":
        raise RavineError(f"it has no lr for the schedule {text!r} to act on; its schedule must be constant")
    return read
