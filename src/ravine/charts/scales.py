"""Scales of a chart: where a value lies, from 0 to 1 along its axis, and which values are worth a tick."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["linear", "count", "log", "share"]
MOST_TICKS = 7
SHARES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
LEAST_SHARE, MOST_SHARE = 0.02, 0.9995


@dataclass(frozen=True)
class Scale:
    """A range of values, drawn as `kind` says.

    "share" is the logit, which draws 90, 99 and 99.9 % evenly apart; "count" is linear, with whole ticks.
    """

    kind: Kind
    low: float
    high: float

    def at(self, value: float) -> float:
        """0 at the low end, 1 at the high end; what lies beyond an end is drawn on it."""
        bend = BENDS[self.kind]
        value = min(max(value, self.low), self.high)
        return (bend(value) - bend(self.low)) / (bend(self.high) - bend(self.low))

    @property
    def ticks(self) -> list[float]:
        """Round values within the range, few enough to be read."""
        if self.kind == "share":
            return _apart([share for share in SHARES if self.low <= share <= self.high], self)
        if self.kind == "log":
            return self._log_ticks()
        return _round_ticks(self.low, self.high, least=1.0 if self.kind == "count" else 0.0)

    def _log_ticks(self) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        tens = [float(f"1e{exponent}") for exponent in range(first, last + 1)]
        if sum(self.low <= ten <= self.high for ten in tens) < 3:
            tens = [round(ten * part, 15) for ten in tens for part in (1, 2, 5)]
        inside = [ten for ten in tens if self.low * 0.999 <= ten <= self.high * 1.001]
        return inside[:: math.ceil(len(inside) / MOST_TICKS)] if len(inside) > 1 else [self.low, self.high]

    def text(self, tick: float) -> str:
        """A tick's label; what is very small or large as 1e-4."""
        if self.kind == "share":
            return f"{100 * tick:g}%"
        if tick == 0 or 1e-3 <= abs(tick) < 1e3:
            return f"{tick:.3g}"
        mantissa, exponent = f"{tick:.2e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}"


BENDS: dict[Kind, Callable[[float], float]] = {
    "linear": lambda value: value,
    "count": lambda value: value,
    "log": math.log,
    "share": lambda share: math.log(share / (1 - share)),
}


def fitting(kind: Kind, values: Sequence[float]) -> Scale:
    """A scale of `kind` that holds the finite values with a little air, or all that it can hold of them."""
    finite = [value for value in values if math.isfinite(value) and (kind != "log" or value > 0)] or [1.0]
    if kind == "share":
        finite = [min(max(value, LEAST_SHARE), MOST_SHARE) for value in finite]
    bent = [BENDS[kind](value) for value in finite]
    low, high = min(bent), max(bent)
    air = 0.04 * (high - low) or 0.5
    unbend: dict[Kind, Callable[[float], float]] = {
        "linear": lambda x: x,
        "count": lambda x: x,
        "log": math.exp,
        "share": lambda x: 1 / (1 + math.exp(-x)),
    }
    return Scale(kind, unbend[kind](low - air), unbend[kind](high + air))


def _round_ticks(low: float, high: float, least: float) -> list[float]:
    rough = max((high - low) / (MOST_TICKS - 2), least)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough)
    return [float(f"{tick:.12g}") for tick in np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step]


def _apart(ticks: list[float], scale: Scale) -> list[float]:
    """The ticks that do not crowd the one before them; the highest stays."""
    kept: list[float] = []
    for tick in reversed(ticks):
        if not kept or scale.at(kept[-1]) - scale.at(tick) > 0.075:
            kept.append(tick)
    return kept[::-1]
