"""From the text of a schedule to its equation, in which a share of the run is an expression of its length."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravine.backends.numpy import run
from ravine.backends.written import Written
from ravine.equations import Equation, Expression, Number, parse_formula
from ravine.equations.expression import substitute
from ravine.errors import RavineError, unknown
from ravine.schedules.decays import DECAYS

ALIASES = {"warmup": "constant warmup=10%"}
DEFAULTS = {"factor": "0.1", "every": "30%", "warmup": "0"}
EXAMPLES = {"factor": "factor=0.1", "every": "every=500 (steps) or every=30%", "warmup": "warmup=100 or warmup=5%"}


@dataclass(frozen=True)
class Schedule(Written):
    """What the learning rate is multiplied by; `equation` is one of `t` and `steps`.

    `str()` gives the canonical text, from which `parse_schedule` makes it again.
    """

    text: str
    equation: Equation = field(compare=False, repr=False)

    def __str__(self) -> str:
        return self.text

    def __call__(self, t: int, steps: int) -> float:
        """The factor at step t = 1, 2, … of a run of `steps`."""
        return float(self._at(np.float64(t), steps))

    def factors(self, steps: int) -> NDArray[np.float64]:
        """(steps,): those of all steps of a run, in one pass."""
        return np.asarray(self._at(np.arange(1.0, steps + 1), steps))

    def _at(self, t: Any, steps: int) -> Any:
        return run(self.equation, {"t": t, "steps": np.float64(steps)})[0]


def parse_schedule(text: object) -> Schedule:
    """The schedule that `text` describes (see `ravine.schedules`).

    RavineError, with what is allowed, for anything else.
    """
    if not isinstance(text, str):
        raise RavineError(f"schedule must be text, as in 'cosine warmup=5%', not {text!r}")
    name, *parts = ALIASES.get(text.strip(), text).split() or [""]
    if name not in DECAYS:
        raise unknown("schedule", name, (*DECAYS, *ALIASES))
    decay = DECAYS[name]
    numbers = decay.inputs[2:]  # after t and steps
    given: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if key not in numbers or not equals or key in given:
            usage = ", ".join(EXAMPLES[key] for key in numbers)
            raise RavineError(f"schedule {text!r}: {part!r} is not understood; {name} takes {usage}")
        given[key] = value
    written, meant = [name], dict[str, Expression]()
    for key in numbers:
        read = _factor if key == "factor" else _span
        canonical, meant[key] = read(text, key, given.get(key, DEFAULTS[key]))
        if (key, canonical) != ("warmup", "0"):
            written.append(f"{key}={canonical}")
    result = substitute(decay.results[0], meant)
    return Schedule(" ".join(written), replace(decay, inputs=decay.inputs[:2], results=(result,)))


def _factor(text: str, key: str, value: str) -> tuple[str, Expression]:
    """The factor in canonical form, and as it stands in the equation."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number <= 1:
        raise RavineError(f"schedule {text!r}: {key} must be a number above 0 and at most 1, as in {EXAMPLES[key]}")
    canonical = f"{number:.12g}"
    return canonical, Number(float(canonical))


def _span(text: str, key: str, value: str) -> tuple[str, Expression]:
    """A count of steps, or a share of the run, which is one step at least; 0 is none, and for a warm-up alone."""
    share = value.endswith("%")
    try:
        number = float(value[:-1] if share else int(value))
    except (ValueError, OverflowError):
        number = math.nan
    if not 0 <= number < (100 if share else math.inf) or (number == 0 and key != "warmup"):
        raise RavineError(f"schedule {text!r}: {key} is a count of steps or a share below 100%: {EXAMPLES[key]}")
    if not share:
        return f"{number:.0f}", Number(number)
    canonical = f"{number:.12g}"
    steps = f"maximum(1, floor({float(canonical) / 100!r} * steps + 0.5))" if number else "0"
    return f"{canonical}%", parse_formula(steps, ("steps",))


schedules = {name: parse_schedule(name) for name in (*DECAYS, *ALIASES)}
