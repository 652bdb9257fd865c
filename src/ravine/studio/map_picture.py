"""The still picture of a map: where each start ends, or the final height over the rate and another setting."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from ravine.backends import numpy as reference
from ravine.landscapes import Landscape, landscapes
from ravine.lessons.state import State
from ravine.palette import LOOKS
from ravine.rules import Rule, rules
from ravine.rules.hyperparameter import Hyperparameter
from ravine.studio.drawing import HEIGHT, WIDTH, path, svg, text
from ravine.trajectory import RATES, best_rate

COLUMNS, ROWS = 72, 44
LEFT, TOP = 64, 14
SIZE = (WIDTH - LEFT - 16, HEIGHT - 70)
SHADES = 12
RAMP = ("#1d1637", "#2c3568", "#2d5f86", "#348b8d", "#6db587", "#bfd97c", "#fdf3a7")  # the lowest is the brightest
FAR = 1e6  # beyond it a run has diverged


def draw_map(state: State) -> bytes:
    land = state.landscape or landscapes["ravine"]
    named = state.texts.get("map.rule")
    rule = rules[named] if named else state.rules[0]
    steps = state.steps or 100
    if state.texts.get("map") == "rates":
        return _draw_rates(state, rule, land, steps)
    return _draw_basins(state, rule, land, steps)


def _draw_rates(state: State, rule: Rule, land: Landscape, steps: int) -> bytes:
    other = rule.hyperparameters.get(state.texts.get("map.against", ""))
    rates = np.geomspace(RATES[0], RATES[-1], COLUMNS)
    values = _values(other, ROWS) if other else np.zeros(ROWS)
    varied = {"lr": np.tile(rates, ROWS)[:, None]}
    if other:
        varied[other.name] = np.repeat(values, COLUMNS)[:, None]
    starts = np.tile(state.start or land.start, (COLUMNS * ROWS, 1))
    heights = land(*_ends(rule, land, starts, {**rule.settings(state.settings.get(rule.name, {})), **varied}, steps).T)
    floor = min((float(land(*point)) for point in land.minima), default=land.range[0])
    above = np.log10(np.clip(heights - floor, 1e-7, 1e3)).reshape(ROWS, COLUMNS)
    shade = np.where(np.isfinite(above), np.round((3 - above) / 10 * (SHADES - 1)), -1).astype(int)
    parts = _cells(shade, "l")
    decades = [power for power in range(-4, 2) if RATES[0] <= 10.0**power <= RATES[-1]]
    for power in decades:
        share = (power - np.log10(RATES[0])) / np.log10(RATES[-1] / RATES[0])
        parts.append(text(LEFT + share * SIZE[0], TOP + SIZE[1] + 18, f"{10.0**power:g}", "middle", soft=True))
    if other:
        for row in (0, ROWS // 2, ROWS - 1):
            y = TOP + SIZE[1] * (1 - (row + 0.5) / ROWS)
            parts.append(text(LEFT - 6, y + 4, f"{values[row]:.4g}", "end", soft=True))
    caption = f"{rule.title} on {land.title}: lr across{f', {other.name} upwards' if other else ''}"
    note = f". After {steps} steps bright ended low; empty diverged."
    return svg([*parts, text(LEFT, HEIGHT - 14, caption + note, soft=True)], [], SHADES, (RAMP, RAMP))


def _draw_basins(state: State, rule: Rule, land: Landscape, steps: int) -> bytes:
    x, y = np.meshgrid(np.linspace(*land.domain.x, COLUMNS), np.linspace(*land.domain.y, ROWS))
    starts = np.column_stack((x.ravel(), y.ravel()))
    given = dict(state.settings.get(rule.name, {}))
    if "lr" in rule.hyperparameters and "lr" not in given:
        given["lr"] = best_rate(rule, land, state.start or land.start, steps, **given)
    ends = _ends(rule, land, starts, rule.settings(given), steps)
    widths = np.ptp([land.domain.x, land.domain.y], axis=1)
    nearest = np.full(len(ends), -1)
    for number, minimum in enumerate(land.minima):
        nearest[np.hypot(*((ends - minimum) / widths).T) < 0.05] = number
    parts = _cells(nearest.reshape(ROWS, COLUMNS), "f")
    for number, (px, py) in enumerate(land.minima):
        share = ((px - land.domain.x[0]) / widths[0], (py - land.domain.y[0]) / widths[1])
        at = (LEFT + share[0] * SIZE[0], TOP + (1 - share[1]) * SIZE[1])
        parts += [f'<rect class="paper" x="{at[0] - 9:.0f}" y="{at[1] - 11:.0f}" width="18" height="20"/>\n']
        parts.append(text(at[0], at[1] + 4, str(number + 1), "middle"))
    caption = f"{rule.title} on {land.title}: each start has the colour of the minimum it ends in after {steps} steps"
    return svg([*parts, text(LEFT, HEIGHT - 12, caption, soft=True)], LOOKS[: len(land.minima)])


def _values(known: Hyperparameter, count: int) -> np.ndarray:
    """Useful values of a setting: decades of 1 - value for what must stay below 1, else decades around the default."""
    if (known.range.low, known.range.high) == (0, 1):
        return 1 - 10 ** np.linspace(0, -5, count)
    middle = np.log10(known.default) if known.default else -3.0
    return np.geomspace(10 ** (middle - 4), 10 ** (middle + 3), count)


def _ends(
    rule: Rule, land: Landscape, starts: np.ndarray, settings: Mapping[str, float | np.ndarray], steps: int
) -> np.ndarray:
    """Where each start ends, (n, 2); NaN where it diverged. Settings are numbers or columns (n, 1)."""
    theta = starts.astype(np.float64)
    state = reference.start(rule.equation, theta, settings)
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            at = reference.gradient_point(rule.equation, theta, state, t, settings)
            g = np.stack(np.broadcast_arrays(*land.gradient(at[:, 0], at[:, 1])), axis=-1)
            theta, state = reference.step(rule.equation, theta, g, state, t, settings, leading=1)
    return np.where(np.abs(theta).max(axis=1, keepdims=True) < FAR, theta, np.nan)


def _cells(classes: np.ndarray, letter: str) -> list[str]:
    """A cell for each number, the lowest row first; runs of equal ones are one bar, and a negative one is left out."""
    rows, columns = classes.shape
    width, height = SIZE[0] / columns, SIZE[1] / rows
    found: dict[int, list[str]] = {}
    for row, line in enumerate(classes):
        cuts = [0, *(np.flatnonzero(np.diff(line)) + 1), columns]
        for first, last in pairwise(cuts):
            if line[first] >= 0:
                x, y = LEFT + first * width, TOP + SIZE[1] - (row + 1) * height
                bar = f"M{x:.1f} {y:.1f}h{(last - first) * width:.1f}v{height + 0.3:.1f}h{-(last - first) * width:.1f}z"
                found.setdefault(int(line[first]), []).append(bar)
    frame = path([LEFT, LEFT + SIZE[0], LEFT + SIZE[0], LEFT, LEFT], [TOP, TOP, TOP + SIZE[1], TOP + SIZE[1], TOP])
    bars = [f'<path class="{letter}{number}" d="{"".join(bars)}"/>\n' for number, bars in sorted(found.items())]
    return [*bars, f'<path class="zero" d="{frame}"/>\n']
