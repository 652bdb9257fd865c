"""Charts as inline SVG. Colours come from the page's style, so that a chart follows the page into the dark."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ravine.charts.scales import Scale
from ravine.palette import LOOKS, Look
from ravine.shown import marked_up

SVG = "http://www.w3.org/2000/svg"
WIDTH, HEIGHT = 400, 270
LEFT, RIGHT, TOP, BOTTOM = 58, 8, 10, 40
RADIUS = 3.3

_CLASS = re.compile(r'class="([^"]*)"')
_FAINT = 'fill="none" stroke="currentColor" stroke-width="0.7" stroke-opacity="{}"'
_STYLES = {
    "grid": _FAINT.format("0.2"),
    "axis": _FAINT.format("0.7"),
    "tick": _FAINT.format("0.7"),
    "level": f'{_FAINT.format("0.9")} stroke-dasharray="4 3"',
    "line": 'fill="none" stroke-width="1.8" stroke-linejoin="round" stroke="{}"',
    "band": 'opacity="0.15" fill="{}"',
    "mark": 'fill="{}"',
    "ring": 'fill="none" stroke-width="1.6" stroke="{}"',
    "swatch": 'width="26" height="12"',
}
_LETTERS = 'fill="currentColor" fill-opacity="0.8" font-size="12"'


@dataclass(frozen=True)
class Line:
    """One optimizer in a chart. low, high: the band; the same length as x and y.

    ring: the index of the point to draw a ring around.
    """

    name: str
    look: Look
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    ring: int | None = None


@dataclass(frozen=True)
class Chart:
    """A chart. title names it for those who see; summary tells what it shows to those who do not.

    level: a value across the chart, dashed: the target.
    """

    title: str
    summary: str
    x_label: str
    y_label: str
    x: Scale
    y: Scale
    lines: tuple[Line, ...]
    level: float | None = None
    markers: bool = True

    def svg(self) -> Markup:
        """The chart. What has the class look7 takes its colour, --look, from the page."""
        parts = [*self._axes(), *self._bands()]
        if self.level is not None and self.y.low < self.level < self.y.high:
            parts.append(f'<path class="level" d="M{LEFT} {self._down(self.level):.1f}H{WIDTH - RIGHT}"/>')
        for line in self.lines:
            parts += self._draw(line)
        opening = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><title>{marked_up(self.summary)}</title>'
        return Markup(f"{opening}{''.join(parts)}</svg>")

    def in_a_cell(self) -> Markup:
        """The chart and its legend where no page gives them a style: in a notebook, light or dark."""
        svg = _CLASS.sub(self._styled, self.svg()).replace("<text ", f"<text {_LETTERS} ")
        sized = svg.replace("<svg ", f'<svg xmlns="{SVG}" width="{WIDTH}" height="{HEIGHT}" ', 1)
        keys = "".join(
            f'<span style="white-space: nowrap; margin-right: 1em">{_CLASS.sub(self._styled, swatch(line.look))} '
            f"{marked_up(line.name)}</span>"
            for line in self.lines
        )
        return Markup(f"<p><b>{marked_up(self.title)}</b></p>{sized}<p>{keys}</p>")

    def _styled(self, found: "re.Match[str]") -> str:
        """Attributes in place of a class: those of report.css, in colours that stand on light and on dark paper."""
        kind, _, number = found[1].partition(" look")
        colour = LOOKS[int(number)].anywhere if number else ""
        return _STYLES[kind].format(colour)

    def _across(self, value: float) -> float:
        return LEFT + self.x.at(value) * (WIDTH - LEFT - RIGHT)

    def _down(self, value: float) -> float:
        return HEIGHT - BOTTOM - self.y.at(value) * (HEIGHT - TOP - BOTTOM)

    def _axes(self) -> Iterable[str]:
        foot = HEIGHT - BOTTOM
        for tick in self.y.ticks:
            y = self._down(tick)
            yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
            yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{self.y.text(tick)}</text>'
        for tick in self.x.ticks:
            x = self._across(tick)
            yield f'<path class="tick" d="M{x:.1f} {foot}v4"/>'
            yield f'<text x="{x:.1f}" y="{foot + 17}" text-anchor="middle">{self.x.text(tick)}</text>'
        yield f'<path class="axis" d="M{LEFT} {foot}H{WIDTH - RIGHT}"/>'
        middle = f'x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 5}" text-anchor="middle"'
        yield f"<text {middle}>{marked_up(self.x_label)}</text>"

    def _bands(self) -> Iterable[str]:
        for line in self.lines:
            if line.low:
                there = _points(map(self._across, line.x), map(self._down, line.high))
                back = _points(map(self._across, reversed(line.x)), map(self._down, reversed(line.low)))
                yield f'<path class="band look{line.look.number}" d="M{there}L{back}Z"/>'

    def _draw(self, line: Line) -> Iterable[str]:
        places = list(zip(map(self._across, line.x), map(self._down, line.y), strict=True))
        yield _stroke(line.look, _points(*zip(*places, strict=True)))
        for x, y in places if self.markers else places[-1:]:
            yield _mark(line.look, x, y)
        if line.ring is not None:
            x, y = places[line.ring]
            yield f'<circle class="ring look{line.look.number}" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'


def swatch(look: Look) -> Markup:
    """A line and a marker, as the legend shows them."""
    drawn = _stroke(look, "1 6H25") + _mark(look, 13, 6)
    return Markup(f'<svg class="swatch" viewBox="0 0 26 12" aria-hidden="true">{drawn}</svg>')


def _stroke(look: Look, path: str) -> str:
    broken = f' stroke-dasharray="{look.dash_array}"' if look.dash else ""
    return f'<path class="line look{look.number}"{broken} d="M{path}"/>'


def _mark(look: Look, x: float, y: float) -> str:
    at = f"translate({x:.1f} {y:.1f}) scale({RADIUS})"
    return f'<path class="mark look{look.number}" transform="{at}" d="{look.outline}"/>'


def _points(across: Iterable[float], down: Iterable[float]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(across, down, strict=True))
