"""Schedules of the learning rate: what it is multiplied by at each step of a run.

A schedule is written as text: a name, then its numbers.

    constant
    step factor=0.1 every=30%      times the factor after every so many steps
    cosine                         down to 0 along half a cosine; Loshchilov & Hutter 2017, without restarts
    inverse_sqrt                   1/√t; Zinkevich 2003; with a warm-up that of Vaswani et al. 2017

Each takes `warmup=100`: that many steps of linear rise come first. `every` and `warmup` count steps, or, with a %, a
share of the run.
"""

import math
from dataclasses import dataclass

from ravine.errors import RavineError, unknown

NAMES = {"constant": (), "step": ("factor", "every"), "cosine": (), "inverse_sqrt": ()}


@dataclass(frozen=True)
class Span:
    """A number of steps, or a share of the run."""

    text: str

    def steps(self, of: int) -> int:
        """How many steps that is in a run of `of`: at least one, unless the text says 0."""
        if self.text.endswith("%"):
            share = float(self.text[:-1]) / 100
            return max(round(share * of), 1) if share else 0
        return int(self.text)


@dataclass(frozen=True)
class Schedule:
    """A schedule as `parse_schedule` reads it. `str()` gives the canonical text, which it reads again."""

    name: str
    decay: float = 1.0
    every: Span = Span("1")
    warmup: Span = Span("0")

    def factor(self, t: int, steps: int) -> float:
        """What the learning rate is multiplied by at step t = 1, 2, …, `steps` of a run."""
        rise = self.warmup.steps(steps)
        if t <= rise:
            return t / rise
        match self.name:
            case "step":
                return float(self.decay ** ((t - rise - 1) // self.every.steps(steps)))
            case "cosine":
                return (1 + math.cos(math.pi * (t - rise - 1) / (steps - rise))) / 2
            case "inverse_sqrt":
                return math.sqrt(max(rise, 1) / t)
            case _:
                return 1.0

    def __str__(self) -> str:
        parts = [self.name]
        if self.name == "step":
            parts += [f"factor={self.decay:.12g}", f"every={self.every.text}"]
        if self.warmup.text != "0":
            parts.append(f"warmup={self.warmup.text}")
        return " ".join(parts)


def parse_schedule(text: str) -> Schedule:
    """The schedule that `text` describes; RavineError, with what is allowed, for anything else."""
    name, *parts = text.split() or [""]
    if name not in NAMES:
        raise unknown("schedule", name, NAMES)
    allowed = (*NAMES[name], "warmup")
    given: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if key not in allowed or not equals or key in given:
            raise RavineError(f"schedule {text!r}: {part!r} is not understood; {name} takes {_usage(allowed)}")
        given[key] = value
    if missing := [key for key in NAMES[name] if key not in given]:
        raise RavineError(f"schedule {text!r} lacks {missing[0]}; write {name} {_usage(NAMES[name])}")
    return Schedule(
        name,
        _factor(text, given.get("factor", "1")),
        _span(text, "every", given.get("every", "1"), least=1),
        _span(text, "warmup", given.get("warmup", "0"), least=0),
    )


EXAMPLES = {"factor": "factor=0.1", "every": "every=500 (steps) or every=30%", "warmup": "warmup=100 or warmup=5%"}


def _usage(keys: tuple[str, ...]) -> str:
    return ", ".join(EXAMPLES[key] for key in keys)


def _factor(text: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number <= 1:
        raise RavineError(f"schedule {text!r}: factor must be a number above 0 and at most 1, as in factor=0.1")
    return number


def _span(text: str, key: str, value: str, least: int) -> Span:
    share = value.endswith("%")
    try:
        number = float(value[:-1]) if share else int(value)
    except ValueError:
        number = math.nan
    if not (0 <= number < 100 if share else least <= number) or (share and least and number == 0):
        raise RavineError(f"schedule {text!r}: {key} is a count of steps or a share below 100%: {EXAMPLES[key]}")
    return Span(f"{number:.12g}%" if share else f"{number:d}")
