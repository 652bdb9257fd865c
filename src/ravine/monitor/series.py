"""A curve of bounded length: once it is full, neighbours are merged into their mean."""

import math
from collections.abc import Sequence
from itertools import pairwise

FULL = 4096


class Series:
    """Finite values over steps, in order."""

    def __init__(self, full: int = FULL):
        self.full = full
        self.steps: list[float] = []
        self.values: list[float] = []
        self.first = math.nan

    def __len__(self) -> int:
        return len(self.values)

    def add(self, step: int, value: float) -> None:
        if not math.isfinite(value):
            return
        if not self.values:
            self.first = value
        self.steps.append(step)
        self.values.append(value)
        if len(self.values) > self.full:
            self.steps, self.values = _halved(self.steps), _halved(self.values)

    def stretch(self, begin: float, end: float) -> Sequence[float]:
        """The values of steps from `begin` (not itself) to `end`."""
        return [value for step, value in zip(self.steps, self.values, strict=True) if begin < step <= end]

    def points(self) -> list[tuple[float, float]]:
        return list(zip(self.steps, self.values, strict=True))


RECENT = 30  # values that a leap is set against
APART = 5  # values between two leaps
HIGH, OUT = 2.0, 6.0  # times the mean of the recent ones, and their deviations above it, from which on it is a leap


def leaps(curve: Series, step: float, least: float) -> int:
    """How often, in the last half of the steps, a value stood out of those before it and above `least`."""
    count, last = 0, -APART
    values = [value for at, value in zip(curve.steps, curve.values, strict=True) if at <= step]
    half = next((place for place, at in enumerate(curve.steps) if at > step / 2), len(values))
    for place in range(max(half, RECENT), len(values)):
        value = values[place]
        if value < least or place - last < APART:
            continue
        recent = sorted(values[place - RECENT : place])[: RECENT * 9 // 10]  # without the leaps among them
        middle = mean(recent)
        if value >= HIGH * middle and value >= middle + OUT * deviation(recent):
            count, last = count + 1, place
    return count


def _halved(numbers: list[float]) -> list[float]:
    """Means of pairs, the first number left as it is."""
    rest = numbers[1:]
    return [numbers[0], *((a + b) / 2 for a, b in list(pairwise([*rest, rest[-1]]))[::2])]


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def deviation(values: Sequence[float]) -> float:
    middle = mean(values)
    return math.sqrt(mean([(value - middle) ** 2 for value in values])) if values else math.nan


def median(values: Sequence[float]) -> float:
    """Of those that are numbers; NaN of none."""
    known = sorted(value for value in values if not math.isnan(value))
    if not known:
        return math.nan
    half = len(known) // 2
    return known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2
