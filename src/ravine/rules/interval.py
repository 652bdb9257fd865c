"""A range of numbers, written as in mathematics: "[0, 1)" holds 0 and not 1."""

import math
import re
from dataclasses import dataclass

_TEXT = re.compile(r"([\[(])\s*(\S+)\s*,\s*(\S+)\s*([\])])")


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float
    holds_low: bool
    holds_high: bool

    @classmethod
    def read(cls, text: str) -> "Interval":
        """The interval that `text` describes; `inf` is infinity."""
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not an interval: {text!r}; write it like [0, 1)")
        opening, low, high, closing = match.groups()
        return cls(float(low), float(high), opening == "[", closing == "]")

    def __contains__(self, value: float) -> bool:
        above = value >= self.low if self.holds_low else value > self.low
        below = value <= self.high if self.holds_high else value < self.high
        return math.isfinite(value) and above and below

    def __str__(self) -> str:
        opening, closing = "[" if self.holds_low else "(", "]" if self.holds_high else ")"
        return f"{opening}{self.low:g}, {self.high:g}{closing}".replace("inf", "∞")
