"""The picture behind the words of the home page: a landscape's contours and a race on it, as SVG in the page itself.

The page's script runs the same race live in the same paths; without script they stand as drawn here.
"""

from dataclasses import dataclass

import numpy as np
from contourpy import LineType, contour_generator

from ravine.rules import rules
from ravine.trajectory import descend, find_landscape

LANDSCAPE = "himmelblau"
# Rates with which the eye can follow, and with which nothing diverges from any start of the landscape.
RATES = {"sgd": 0.002, "momentum": 0.001, "nesterov": 0.001, "rmsprop": 0.04, "adam": 0.12}
STEPS = 160
START = (0.2, -4.0)  # from which they end in different minima
# What is drawn, in the landscape's coordinates. The wells, right of LEFT, are always in view, right of the words.
X, Y = (-26.0, 5.6), (-5.4, 5.4)
LEFT = -6.0
SCALE = 50  # units of the drawing in one of the landscape
LEVELS = np.geomspace(1.5, 4e5, 34)


@dataclass(frozen=True)
class Runner:
    name: str
    title: str
    rate: float


@dataclass(frozen=True)
class Hero:
    """`svg` holds one <path class="runner" data-rule data-rate> for each of `runners`, drawn to its end.

    ends: the number of minima that they end in.
    """

    svg: str
    runners: list[Runner]
    ends: int


def draw_hero() -> Hero:
    land = find_landscape(LANDSCAPE)
    runners = [Runner(name, rules[name].title, rate) for name, rate in RATES.items()]
    lines = "".join(f'<path d="{_path(line, closed=True)}"/>' for line in _contours())
    paths, ends = "", set()
    for runner in runners:
        points = descend(runner.name, land, START, STEPS, lr=runner.rate).points
        ends.add(np.argmin(np.linalg.norm(points[-1] - np.array(land.minima), axis=1)))
        paths += f'<path class="runner" data-rule="{runner.name}" data-rate="{runner.rate:g}" d="{_path(points)}"/>'
    width, height = (X[1] - LEFT) * SCALE, (Y[1] - Y[0]) * SCALE
    svg = (
        f'<svg class="hero-picture" viewBox="0 0 {width:g} {height:g}" preserveAspectRatio="xMaxYMid"'
        f' data-landscape="{LANDSCAPE}" data-steps="{STEPS}" data-start="{START[0]:g},{START[1]:g}"'
        f' data-left="{LEFT:g}" data-top="{Y[1]:g}"'
        f' data-scale="{SCALE}" aria-hidden="true">'
        f'<g class="contours">{lines}</g><g class="runners">{paths}</g></svg>'
    )
    return Hero(svg, runners, len(ends))


def _contours() -> list[np.ndarray]:
    x, y = np.linspace(*X, 212), np.linspace(*Y, 73)
    heights = find_landscape(LANDSCAPE)(*np.meshgrid(x, y))
    drawn = contour_generator(x, y, heights, line_type=LineType.Separate)
    return [np.asarray(line) for level in LEVELS for line in drawn.lines(float(level))]


def _path(points: np.ndarray, closed: bool = False) -> str:
    """The points as SVG path data; y grows downwards in a drawing. A ring is closed."""
    drawn = np.round(np.column_stack(((points[:, 0] - LEFT) * SCALE, (Y[1] - points[:, 1]) * SCALE)), 1)
    ring = closed and len(drawn) > 2 and bool(np.all(drawn[0] == drawn[-1]))
    text = " ".join(f"{x:g} {y:g}" for x, y in (drawn[:-1] if ring else drawn))
    return f"M{text}Z" if ring else f"M{text}"
