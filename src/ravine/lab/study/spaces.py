"""Search spaces: which settings of an optimizer are tried.

A hyperparameter is given as a number (fixed), a list of numbers, "1e-4:1:9" (from:to:count, evenly spaced on a
logarithmic scale), or, where a number of trials is drawn, "1e-4:1" (logarithmic) or "0.8:0.99 linear".
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ravine.errors import RavineError

RATES = "1e-3:100:11"  # two a decade; wide enough to hold RMSprop's best, near 0.003, and Adadelta's, near 10
ARGUMENT = "model."  # what the names of the model's arguments begin with
MOST = 100  # values of one hyperparameter
MOST_SETTINGS = 10_000

Range = float | Sequence[float] | str  # as a person writes it


@dataclass(frozen=True)
class Span:
    """Everything between two numbers, to draw from."""

    low: float
    high: float
    linear: bool

    def at(self, u: float) -> float:
        """The number that lies the share `u` of the way up, rounded."""
        if self.linear:
            return float(f"{self.low + u * (self.high - self.low):.5g}")
        return float(f"{self.low * (self.high / self.low) ** u:.3g}")


def settings(ranges: Mapping[str, Any], trials: int | None = None) -> list[dict[str, Any]]:
    """The settings to try, each a value for every name in `ranges`.

    Without `trials` every combination; with it, that many points of a scrambled Halton sequence (Owen 2017), always the
    same ones, which fill the space more evenly than chance does. Values are numbers; of a schedule they are text, and
    of an argument of the model (model.width) anything. Raises RavineError, naming the hyperparameter.
    """
    read = {name: _read(name, value) for name, value in ranges.items()}
    if trials is None:
        return _grid(read)
    if isinstance(trials, bool) or not isinstance(trials, int) or not 1 <= trials <= MOST_SETTINGS:
        raise RavineError(f"trials must be a whole number from 1 to {MOST_SETTINGS}, not {trials!r}")
    return _halton(read, trials)


def _read(name: str, value: Any) -> tuple[Any, ...] | Span:
    if name == "schedule":
        return (value,) if isinstance(value, str) else tuple(value)
    if name.startswith(ARGUMENT):
        return _of_argument(name, value)
    read = read_range(name, value)
    if name == "batch_size" and isinstance(read, tuple) and any(one < 1 or one % 1 for one in read):
        raise RavineError(f"batch_size: must be whole numbers of at least 1, not {value!r}")
    return read


def _of_argument(name: str, value: Any) -> tuple[Any, ...] | Span:
    """Numbers as of a hyperparameter; else whatever is listed, of a text what stands between commas."""
    several = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
    if not any(isinstance(one, bool) for one in several):
        try:
            return read_range(name, value)
        except RavineError:
            several = [part.strip() for part in value.split(",")] if isinstance(value, str) else several
    return tuple(dict.fromkeys(several))


def read_range(name: str, value: Range) -> tuple[float, ...] | Span:
    """The values that `value` describes, ascending and each once, or the span between two numbers."""
    if isinstance(value, str):
        return _read_text(name, value)
    if isinstance(value, Sequence):
        return _values(name, value)
    return _values(name, (value,))


def _read_text(name: str, text: str) -> tuple[float, ...] | Span:
    body = text.removesuffix(" linear")
    linear = body != text
    if ":" not in body and not linear:
        return _values(name, [part for part in body.split(",") if part.strip()])
    parts = body.split(":")
    if len(parts) not in ((2,) if linear else (2, 3)):
        raise _unreadable(name, text)
    ends = _values(name, parts[:2])
    if len(ends) < 2:
        raise RavineError(f"{name}: {text!r} needs two different ends")
    if not linear and ends[0] <= 0:
        raise RavineError(f"{name}: {text!r} is spaced on a logarithmic scale, so both ends must be above 0")
    if len(parts) == 2:
        return Span(ends[0], ends[1], linear)
    if not parts[2].strip().isdecimal() or not 2 <= int(parts[2]) <= MOST:
        raise RavineError(f"{name}: {text!r} needs a count of 2 to {MOST}, as in 1e-4:1:9")
    return tuple(sorted({float(f"{value:.3g}") for value in np.geomspace(ends[0], ends[1], int(parts[2]))}))


def _values(name: str, values: Sequence[object]) -> tuple[float, ...]:
    numbers = set()
    for value in values:
        try:
            number = float(value)  # type: ignore[arg-type]  # what is no number is refused here
        except (TypeError, ValueError, OverflowError):  # a whole number may have more digits than a float has room for
            raise _unreadable(name, value) from None
        if isinstance(value, bool) or not math.isfinite(number):
            raise RavineError(f"{name} must be a finite number, not {value!r}")
        numbers.add(number)
    if not numbers:
        raise RavineError(f"{name}: no values; write a number, a list, or from:to:count as in 1e-4:1:9")
    if len(numbers) > MOST:
        raise RavineError(f"{name}: {len(numbers)} values, and at most {MOST} are allowed")
    return tuple(sorted(numbers))


def _unreadable(name: str, value: object) -> RavineError:
    return RavineError(
        f"{name}: {value!r} cannot be read; write a number, a list, from:to:count as in 1e-4:1:9, "
        "or, for an optimizer with trials, from:to or 'from:to linear'"
    )


def _grid(read: Mapping[str, tuple[Any, ...] | Span]) -> list[dict[str, Any]]:
    axes = []
    for name, values in read.items():
        if isinstance(values, Span):
            raise RavineError(f"{name}: from:to is drawn from, and needs trials; a grid is from:to:count")
        axes.append(values)
    if (size := math.prod(len(values) for values in axes)) > MOST_SETTINGS:
        raise RavineError(f"the grid of {' × '.join(read)} has {size} settings, and at most {MOST_SETTINGS} are tried")
    return [dict(zip(read, values, strict=True)) for values in itertools.product(*axes)]


def _halton(read: Mapping[str, tuple[Any, ...] | Span], trials: int) -> list[dict[str, Any]]:
    fixed = {name: values[0] for name, values in read.items() if not isinstance(values, Span) and len(values) == 1}
    searched = {name: values for name, values in read.items() if name not in fixed}
    if not searched:
        raise RavineError("trials are drawn, and nothing varies: give a hyperparameter as from:to, as in lr = '1e-4:1'")
    from scipy.stats.qmc import Halton  # comes with the extra, as torch does

    points = Halton(len(searched), scramble=True, rng=0).random(trials)
    return [
        {**fixed, **{name: _at(values, u) for (name, values), u in zip(searched.items(), point, strict=True)}}
        for point in points
    ]


def _at(values: tuple[Any, ...] | Span, u: float) -> Any:
    return values.at(u) if isinstance(values, Span) else values[int(u * len(values))]
