"""Everything that determines one run. Two equal configurations give equal runs, so a run can be kept under its key."""

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib.metadata import version
from math import isfinite
from sys import intern
from typing import Any

from ravine.version import __version__

Argument = int | float | str
PAIRS = ("problem_settings", "hyperparameters")
LATER = ("arguments", "patience", "until")  # so that a run that does without them keeps its key
FORMAT = 1  # of what is hashed and of the file that holds a run; a change of either is a new number
ENGINE = 3  # a new number where the same run comes out otherwise, if only in its last digits


@dataclass(frozen=True)
class Configuration:
    """One training run, before it is run.

    problem:     the problem's name. problem_settings: its own numbers, such as ("condition", 100.0), by name.
    fingerprint: checksum of the problem's data and of what defines its network, loss and preprocessing.
    rule:        the rule's name. equation: checksum of its equation; an edited rule is another run.
    hyperparameters: all of the rule's, by name.
    schedule:    what `ravine.schedules` reads, in its canonical form.
    seed:        fixes initial weights, order of batches and dropout; the same for every optimizer.
    steps:       the budget: updates of the network. evaluate_every: steps between two looks at the validation data.
    arguments:   of the problem's `model`, by name, where a study varies them.
    patience:    looks without a better one after which the run stops early; None is never.
    until:       the step after which it is stopped, on the schedule of the whole budget; None is its last.
    """

    problem: str
    problem_settings: tuple[tuple[str, float], ...]
    fingerprint: str
    rule: str
    equation: str
    hyperparameters: tuple[tuple[str, float], ...]
    schedule: str
    seed: int
    steps: int
    batch_size: int
    evaluate_every: int
    arguments: tuple[tuple[str, Argument], ...] = ()
    patience: int | None = None
    until: int | None = None

    def key(self) -> str:
        """64 hexadecimal digits that no other run has: of this, and of the versions of what computes it."""
        text = json.dumps({**self.as_dict(), "versions": versions()}, sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def looks(self) -> tuple[int, ...]:
        """The steps after which validation data is looked at, from 0 to the one at which it ends."""
        return _looks(self.last, self.evaluate_every)

    @property
    def last(self) -> int:
        """The step after which it ends: the budget's last, unless it is stopped before."""
        return self.steps if self.until is None else self.until

    @property
    def lr(self) -> float | None:
        """The learning rate, if the rule has one."""
        return dict(self.hyperparameters).get("lr")

    @property
    def setting(self) -> dict[str, Argument]:
        """What a search may vary, by name, but for the schedule: as a study names it."""
        named = {f"model.{name}": value for name, value in self.arguments}
        return {**dict(self.hyperparameters), "batch_size": self.batch_size, **named}

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the pairs as mappings, of floats but for arguments; what is not used is left out."""
        numbers = {name: {key: float(value) for key, value in getattr(self, name)} for name in PAIRS}
        facts = {**vars(self), **numbers, "arguments": dict(self.arguments)}
        return {name: value for name, value in facts.items() if name not in LATER or value not in (None, {})}

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "Configuration":
        """The inverse of `as_dict`. TypeError, ValueError or KeyError for anything else."""
        pairs = {name: tuple(sorted(dict(facts[name]).items())) for name in PAIRS}
        arguments = tuple(sorted(dict(facts.get("arguments", {})).items()))
        texts = {name: intern(value) for name, value in facts.items() if type(value) is str}
        made = cls(**{**facts, **texts, **pairs, "arguments": arguments})
        for name, kind in _kinds().items():
            if type(getattr(made, name)) is not kind:
                raise TypeError(f"{name} is of another kind")
        for name, value in (pair for of in pairs.values() for pair in of):
            if type(value) not in (int, float) or not isinstance(name, str) or not isfinite(value):
                raise TypeError("settings are numbers")
        if any(not isinstance(value, int | float | str) for _, value in arguments):
            raise TypeError("arguments are numbers or text")
        if made.steps < 1 or made.evaluate_every < 1 or not isinstance(made.patience, int | None):
            raise ValueError("a run has steps, and is looked at")
        if made.until is not None and (type(made.until) is not int or not 0 < made.until < made.steps):
            raise ValueError("a run that is stopped ends before its budget")
        return made


@cache
def _kinds() -> dict[str, Any]:
    return {known.name: known.type for known in fields(Configuration) if known.type in (str, int)}


@lru_cache(maxsize=256)
def _looks(steps: int, evaluate_every: int) -> tuple[int, ...]:
    return (*range(0, steps, evaluate_every), steps)


@cache
def versions() -> dict[str, str | int]:
    """What else a run depends on: format, engine, Ravine and PyTorch, whose builds for other devices count as one."""
    return {"format": FORMAT, "ravine": __version__, "torch": version("torch").partition("+")[0], "engine": ENGINE}
