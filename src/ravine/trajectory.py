"""A rule run on a landscape, in float64, from one start or from many at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ravine.backends import numpy as reference
from ravine.backends.numpy import Array
from ravine.cell_output import said
from ravine.contours import contours
from ravine.errors import RavineError
from ravine.landscapes import Landscape, from_formula, landscapes
from ravine.rules import Rule, find_rule
from ravine.schedules import parse_schedule


@dataclass(frozen=True)
class Trajectory:
    """Where a rule went.

    points: (steps + 1, 2), the start first; from n starts (n, steps + 1, 2). NaN after a divergence.
    values: (steps + 1,) or (n, steps + 1), the height at each point.
    diverged: whether a value stopped being finite; from n starts an array of n.
    diverged_at: the step (from 1) of the first value that is not finite, or None; from n starts an array, 0 for none.
    """

    rule: Rule
    landscape: Landscape
    settings: Mapping[str, float]
    points: Array = field(repr=False)
    values: Array = field(repr=False)
    diverged: bool | Array
    diverged_at: int | Array | None

    def _repr_html_(self) -> str:
        """In a notebook: where it went, from above, and how it ended."""
        paths = self.points if self.points.ndim == 3 else self.points[None]
        picture = contours(self.landscape, self.landscape.domain.x, self.landscape.domain.y, list(paths[:MOST_DRAWN]))
        settings = ", ".join(f"{name} {value:g}" for name, value in self.settings.items())
        ends = self.values[..., -1]
        how = f"ends at height {float(ends):.4g}" if ends.ndim == 0 else f"{len(ends)} starts"
        if self.points.ndim == 2 and self.diverged:
            how = f"diverges at step {self.diverged_at}"
        line = f"{self.rule.title} on {self.landscape.title}, {settings}: {paths.shape[1] - 1} steps, {how}"
        return f"{said(line)}{picture}"


MOST_STEPS, MOST_DRAWN = 1_000_000, 50


def find_landscape(landscape: str | Landscape) -> Landscape:
    """A landscape, the one of that name, or that of a formula in x and y."""
    if isinstance(landscape, Landscape):
        return landscape
    if landscape in landscapes or (landscape.isidentifier() and landscape not in ("x", "y")):
        return landscapes[landscape]
    return from_formula(landscape)


def descend(
    rule: str | Rule,
    landscape: str | Landscape,
    start: ArrayLike | None = None,
    steps: int = 100,
    *,
    noise: float = 0.0,
    seed: int = 0,
    schedule: str = "constant",
    **hyperparameters: float,
) -> Trajectory:
    """Runs `rule` on `landscape` for `steps` steps.

    rule, landscape: names, objects, or for the landscape a formula such as "x**2 - y**2".
    start: (x, y) or an array (n, 2); by default the landscape's own.
    noise: the standard deviation of Gaussian noise added to both components of each gradient, as a minibatch would;
        the same `seed` gives every rule the same noise.
    schedule: what multiplies lr at each step, such as "cosine" or "step factor=0.1 every=30%" (`ravine.schedules`).
    hyperparameters: those of the rule that differ from its defaults.
    Raises RavineError for unknown names, values out of range, and starts that are not finite or outside the domain.
    """
    rule, landscape = _in_the_plane(find_rule(rule)), find_landscape(landscape)
    settings = rule.settings(hyperparameters)
    starts = _starts(landscape, landscape.start if start is None else start)
    check_steps(steps)
    if not (isinstance(noise, int | float) and np.isfinite(noise) and noise >= 0):
        raise RavineError(f"noise must be a number of at least 0, not {noise}")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise RavineError(f"seed must be a whole number of at least 0, not {seed}")
    scheduled = parse_schedule(schedule)
    if str(scheduled) != "constant" and "lr" not in settings:
        raise RavineError(f"{rule.name} has no lr for a schedule to multiply")
    shaken = noise * np.random.default_rng(seed).standard_normal((steps, 2)) if noise else np.zeros((steps, 2))
    points, values = _run(rule, landscape, np.atleast_2d(starts), settings, shaken, scheduled.factors(steps))

    finite = np.isfinite(values)
    diverged_at = np.where(finite.all(axis=-1), 0, np.argmin(finite, axis=-1))
    if starts.ndim == 2:
        return Trajectory(rule, landscape, settings, points, values, diverged_at > 0, diverged_at)
    first = int(diverged_at[0])
    return Trajectory(rule, landscape, settings, points[0], values[0], first > 0, first or None)


def _in_the_plane(rule: Rule) -> Rule:
    """The rule. Raises RavineError for one of matrices."""
    if rule.of_matrices:
        raise RavineError(f"{rule.name} is a rule of matrices, and the two numbers of a landscape are a vector")
    return rule


def check_steps(steps: int) -> None:
    """Refuses what is no number of steps, and more than a picture can show or a person wants to wait for."""
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or not 1 <= steps <= MOST_STEPS:
        raise RavineError(f"steps must be a whole number of at least 1, not {steps}; at most {MOST_STEPS}")


def _starts(landscape: Landscape, start: ArrayLike) -> Array:
    try:
        starts = np.asarray(start, dtype=np.float64)
    except (TypeError, ValueError):
        raise RavineError(f"a start is two numbers, x and y, not {start!r}") from None
    if starts.shape != (2,) and not (starts.ndim == 2 and starts.shape[1] == 2 and starts.shape[0]):
        raise RavineError(f"a start is (x, y) or an array (n, 2), not of shape {starts.shape}")
    heights = np.asarray(landscape(starts[..., 0], starts[..., 1]))
    _refuse(starts, ~np.isfinite(starts).all(axis=-1), "the start must be finite")
    _refuse(starts, ~landscape.domain.holds(starts), f"a start on {landscape.name} must be in {landscape.domain}")
    _refuse(starts, np.logical_not(np.isfinite(heights)), f"{landscape.name} must have a finite value at the start")
    return starts


def _refuse(starts: Array, wrong: ArrayLike, requirement: str) -> None:
    if np.any(wrong):
        x, y = np.atleast_2d(starts)[np.argmax(np.atleast_1d(wrong))]
        raise RavineError(f"{requirement}, not at ({x:g}, {y:g})")


def _run(
    rule: Rule,
    landscape: Landscape,
    starts: Array,
    settings: Mapping[str, Any],
    noise: Array,
    factors: Array | None = None,
) -> tuple[Array, Array]:
    """points (n, steps + 1, 2) and values (n, steps + 1); a row is NaN from where its value is not finite."""
    steps = len(noise)
    points = np.full((len(starts), steps + 1, 2), np.nan)
    values = np.full((len(starts), steps + 1), np.nan)
    theta = starts.copy()
    state = reference.start(rule.equation, theta, settings)
    points[:, 0], values[:, 0] = theta, landscape(theta[:, 0], theta[:, 1])
    now = dict(settings)
    for t in range(1, steps + 1):
        if factors is not None and "lr" in settings:
            now["lr"] = settings["lr"] * factors[t - 1]
        at = reference.gradient_point(rule.equation, theta, state, t, now)
        g = np.stack(np.broadcast_arrays(*landscape.gradient(at[:, 0], at[:, 1])), axis=-1) + noise[t - 1]
        theta, state = reference.step(rule.equation, theta, g, state, t, now, leading=1)
        heights = np.broadcast_to(landscape(theta[:, 0], theta[:, 1]), len(theta))
        ended = ~(np.isfinite(heights) & np.isfinite(theta).all(axis=-1))
        theta = np.where(ended[:, None], np.nan, theta)
        points[:, t], values[:, t] = theta, np.where(ended, np.nan, heights)
    return points, values


RATES = tuple(float(f"{digit}e{power}") for power in range(-4, 2) for digit in (1, 2, 5))


def best_rate(rule: str | Rule, landscape: str | Landscape, start: ArrayLike, steps: int, **fixed: float) -> float:
    """The learning rate of the grid 0.0001, 0.0002, 0.0005, …, 50 with which `rule` gets down soonest.

    That is the lowest mean over all steps of log(height above the lowest known point), so that both the way down and
    the last digits count, alike for every rule. Rates are out that are so large that where they end is luck: the path
    climbs above its start, or jumps over a fifth of the domain. If every rate is out, the smallest is taken.
    """
    rule, landscape = _in_the_plane(find_rule(rule)), find_landscape(landscape)
    settings = rule.settings({name: value for name, value in fixed.items() if name != "lr"})
    starts = np.repeat(_starts(landscape, start)[None], len(RATES), axis=0)
    points, values = _run(rule, landscape, starts, {**settings, "lr": np.array(RATES)[:, None]}, np.zeros((steps, 2)))
    widths = np.ptp([landscape.domain.x, landscape.domain.y], axis=1)
    jumps = (np.abs(np.diff(points, axis=1)) / widths).max(axis=-1)
    within = landscape.domain.holds(points[:, :-1])  # what a path does after it has left is not looked at
    tame = (values <= values[:, :1]).all(axis=-1) & ((jumps <= 0.2) | ~within).all(axis=-1)
    floor = min((float(landscape(*point)) for point in landscape.minima), default=landscape.range[0])
    low, high = landscape.range
    height = np.clip(values - floor, max(1e-12 * (high - low), 1e-300), None)  # a flat formula has no range
    score = np.where(tame, np.log(height).mean(axis=-1), np.inf)
    return RATES[int(np.argmin(score))]
