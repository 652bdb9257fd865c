"""Empty axes on which a learner draws a network's curve before it is trained: on the page and on paper."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ravine.errors import RavineError, unknown
from ravine.shown import marked_up

# What can be drawn, in words; web/src/network/foretold.ts draws the same beside what happens.
READOUTS: Mapping[str, str] = {
    "accuracy": "Accuracy in training",
    "accuracy held out": "Accuracy on examples held out",
    "loss": "Loss in training",
    "loss held out": "Loss on examples held out",
}
WIDTH, HEIGHT = 360, 214
LEFT, RIGHT, TOP, BOTTOM = 46, 350, 10, 188  # of the field to draw in; site/sketch.ts reads them off its rectangle
KEYS: Mapping[str, type] = {"draw": str, "range": list}


@dataclass(frozen=True)
class Sketch:
    """`readout` over `steps` steps. An accuracy's axis goes from 0 to 1; a loss has a log axis from `low` to `high`."""

    readout: str
    steps: int
    low: float = 0.0
    high: float = 1.0

    @property
    def title(self) -> str:
        return READOUTS[self.readout]

    @property
    def logarithmic(self) -> bool:
        return self.readout.startswith("loss")

    def html(self) -> str:
        """The axes in the page's own colours (css/lesson.css), with what site/sketch.ts needs to draw on them."""
        return (
            f'<div class="sketch" data-draw="{self.readout}" data-steps="{self.steps}" '
            f'data-low="{self.low:g}" data-high="{self.high:g}">\n'
            f'<p class="sketch-title">{self.title}, against the step</p>\n{self._svg()}\n</div>\n'
        )

    def _svg(self) -> str:
        words = f"Empty axes: {self.title.lower()} against the step, from 0 to {self.steps}."
        lines = []
        for value in self._marks():
            y = f"{BOTTOM - self._share(value) * (BOTTOM - TOP):.1f}"
            said = f"{value:g}" if self.logarithmic else f"{100 * value:g} %"
            lines.append(
                f'<path d="M{LEFT} {y}H{RIGHT}"/><text x="{LEFT - 6}" y="{y}" dy="4" text-anchor="end">{said}</text>'
            )
        for quarter, anchor in ((0, "start"), (2, "middle"), (4, "end")):
            x = LEFT + quarter / 4 * (RIGHT - LEFT)
            step = round(self.steps * quarter / 4)
            lines.append(f'<text x="{x:g}" y="{BOTTOM + 18}" text-anchor="{anchor}">{step}</text>')
        field = f'<rect class="plot" x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}" fill="none"/>'
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
            f'aria-label="{marked_up(words)}">{"".join(lines)}{field}</svg>'
        )

    def _marks(self) -> list[float]:
        if not self.logarithmic:
            return [0, 0.25, 0.5, 0.75, 1]
        exponents = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        marks = [float(f"{digit}e{exponent}") for exponent in exponents for digit in (1, 2, 5)]
        return [mark for mark in marks if self.low <= mark <= self.high]

    def _share(self, value: float) -> float:
        """How far up the axis it stands."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def read_sketch(table: Mapping[str, Any], steps: int | None) -> Sketch:
    """`steps` of the network in the same figure; None where another widget stands in it. Raises RavineError."""
    if steps is None:
        raise RavineError("a line is drawn before a network trains: draw belongs in a network's block")
    readout = table["draw"]
    if readout not in READOUTS:
        raise unknown("curve to draw", readout, READOUTS)
    if not readout.startswith("loss"):
        if "range" in table:
            raise RavineError("an accuracy goes from 0 to 1: leave range out")
        return Sketch(readout, steps)
    span = table.get("range", [])
    if not (len(span) == 2 and all(isinstance(end, int | float) for end in span) and 0 < span[0] < span[1] < math.inf):
        raise RavineError("a loss is drawn on a log axis: give its two ends, as in range = [0.1, 2.0]")
    return Sketch(readout, steps, float(span[0]), float(span[1]))
