"""The still picture of a race: the land's contours, the paths, and who is who."""

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from contourpy import FillType, contour_generator

from ravine.landscapes import Landscape, landscapes
from ravine.lessons.state import State
from ravine.palette import looks
from ravine.studio.drawing import HEIGHT, WIDTH, legend, marker, path, run, star, svg, text
from ravine.trajectory import best_rate, descend

LEVELS = 13
GRID = (97, 61)
Polygons = tuple[list[np.ndarray], list[np.ndarray]]  # points, and where each ring among them begins
STEPS = 200  # the widget's own default


def draw_race(state: State) -> bytes:
    """The state's landscape with every rule's path to its end."""
    land = state.landscape or landscapes["ravine"]
    given = looks([rule.name for rule in state.rules])
    rows = -(-len(state.rules) // (2 if len(state.rules) <= 4 else 3))
    bottom = HEIGHT - 12 - 24 * rows
    place = Place(land, bottom)
    steps = state.steps or STEPS
    parts = [f'<svg width="{WIDTH}" height="{bottom}">', *draw_land(land, place)]
    parts += [star(place.x(x), place.y(y)) for x, y in land.minima]
    heads = []
    for number, (rule, look) in enumerate(zip(state.rules, given, strict=True)):
        settings = dict(state.settings.get(rule.name, {}))
        start = state.start or land.start
        if "lr" in rule.hyperparameters and "lr" not in settings:
            settings["lr"] = best_rate(rule, land, start, steps, **settings)
        points = descend(rule, land, start, steps, noise=state.noise, seed=state.seed, **settings).points  # type: ignore[arg-type]
        x, y = place.x(points[:, 0]), place.y(points[:, 1])
        parts.append(run(look, number, path(x, y, digits=1 if len(points) <= 250 else 0)))
        finite = np.isfinite(points).all(axis=1)
        last = int(np.flatnonzero(finite)[-1])
        heads.append(marker(look, number, float(x[last]), float(y[last]), 7))
    parts += [*heads, "</svg>\n", legend(state.rules, given, HEIGHT - 14)]
    parts.append(text(WIDTH - 12, bottom - 10, f"{land.title}, {steps} steps", "end", soft=True))
    return svg(parts, given, LEVELS)


class Place:
    """Where a point of the landscape stands in the picture."""

    def __init__(self, land: Landscape, height: float):
        self.domain, self.height = land.domain, height

    def x(self, x: Any) -> Any:
        low, high = self.domain.x
        return (np.asarray(x) - low) / (high - low) * WIDTH

    def y(self, y: Any) -> Any:
        low, high = self.domain.y
        return (high - np.asarray(y)) / (high - low) * self.height


def draw_land(land: Landscape, place: Place) -> Iterator[str]:
    """Bands between heights at equal shares of the area, as in ravine.film."""
    x, y = np.linspace(*land.domain.x, GRID[0]), np.linspace(*land.domain.y, GRID[1])
    heights = np.broadcast_to(land(*np.meshgrid(x, y)), GRID[::-1])
    shown = np.clip(np.where(np.isfinite(heights), heights, land.range[1]), *land.range)
    edges = np.unique(np.quantile(shown, np.linspace(0, 1, LEVELS + 1)))
    drawn = contour_generator(place.x(x), place.y(y), shown, fill_type=FillType.OuterOffset)
    yield f'<rect class="l0" width="{WIDTH}" height="{place.height}"/>\n<g class="contours">\n'
    # What is higher is painted over what is lower, so that each border is written once.
    for level, edge in enumerate(edges[1:-1], start=1):
        polygons, offsets = cast(Polygons, drawn.filled(float(edge), np.inf))
        rings = [
            path(ring[:, 0], ring[:, 1], digits=0) + "Z"
            for points, cuts in zip(polygons, offsets, strict=True)
            for ring in np.split(points, cuts[1:-1].astype(int))
        ]
        yield f'<path class="l{level}" fill-rule="evenodd" d="{"".join(rings)}"/>\n'
    yield "</g>\n"
