"""A race: several rules on one landscape, with the same start, the same steps and the same gradients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ravine.backends.numpy import Array
from ravine.errors import RavineError, unknown
from ravine.landscapes import Landscape
from ravine.rules import Rule, find_rule
from ravine.trajectory import Trajectory, best_rate, check_steps, descend, find_landscape

MOST = 12  # rules in one picture; beyond that nobody can tell the lines apart


@dataclass(frozen=True)
class Lane:
    """One rule's run; `chosen` says that its learning rate was picked from the grid and not given."""

    trajectory: Trajectory
    chosen: bool

    @property
    def settings(self) -> str:
        """Every hyperparameter with its value; a star marks the rate that was picked."""
        star = {"lr": "*" if self.chosen else ""}
        return ", ".join(f"{name} {value:g}{star.get(name, '')}" for name, value in self.trajectory.settings.items())

    @property
    def outcome(self) -> str:
        """How the run ended: the height reached, a divergence, or where it left the picture."""
        run = self.trajectory
        if run.diverged:
            return f"diverged at step {run.diverged_at}"
        outside = ~run.landscape.domain.holds(run.points)
        if outside[-1]:
            return f"{run.values[-1]:.3g}, outside since step {_last_entry(outside)}"
        return f"{run.values[-1]:.3g}"


def _last_entry(outside: Array) -> int:
    """The step from which the run stayed outside."""
    return int(np.flatnonzero(~outside)[-1]) + 1


@dataclass(frozen=True)
class Race:
    landscape: Landscape
    start: tuple[float, float]
    steps: int
    noise: float
    lanes: tuple[Lane, ...]

    @property
    def floor(self) -> float | None:
        """The lowest known height, if the landscape has a minimum."""
        return min((float(self.landscape(*point)) for point in self.landscape.minima), default=None)

    def heights(self, lane: Lane) -> Array:
        """What the loss curve shows: the height above the lowest known point, or the height itself."""
        return lane.trajectory.values - (self.floor or 0.0)


TALLEST = 1e100  # beyond it pictures overflow


def _check_heights(land: Landscape) -> None:
    x, y = np.meshgrid(np.linspace(*land.domain.x, 41), np.linspace(*land.domain.y, 41))
    heights = np.asarray(land(x, y))
    tallest = np.abs(heights[np.isfinite(heights)]).max(initial=0.0)
    if tallest > TALLEST:
        raise RavineError(
            f"{land.title} reaches {tallest:.1g} on {land.domain}: too tall to draw; take a smaller domain"
        )


def race(
    landscape: str | Landscape,
    rules: Sequence[str | Rule],
    *,
    start: tuple[float, float] | None = None,
    steps: int = 200,
    settings: Mapping[str, Mapping[str, float]] | None = None,
    noise: float = 0.0,
    seed: int = 0,
) -> Race:
    """Runs each rule once.

    settings: hyperparameters by the rule's name. A learning rate that is not given is picked for each rule from one
        grid by one criterion (`ravine.trajectory.best_rate`); the others are the rule's defaults.
    Raises RavineError for bad input, as `descend` does, before anything runs.
    """
    land = find_landscape(landscape)
    entered = [find_rule(rule) for rule in rules]
    names = [rule.name for rule in entered]
    if not 1 <= len(entered) <= MOST:
        raise RavineError(f"a race takes 1 to {MOST} rules, not {len(entered)}")
    if repeated := {name for name in names if names.count(name) > 1}:
        raise RavineError(f"each rule races once; {', '.join(sorted(repeated))} is there more than once")
    settings = settings or {}
    for name in settings:
        if name not in names:
            raise unknown("rule in this race", name, names)
    begin = land.start if start is None else start
    for rule in entered:
        rule.settings(settings.get(rule.name, {}))
    descend(entered[0], land, begin, 1)  # refuses a bad start
    check_steps(steps)
    _check_heights(land)

    lanes = []
    for rule in entered:
        given = dict(settings.get(rule.name, {}))
        chosen = "lr" in rule.hyperparameters and "lr" not in given
        if chosen:
            given["lr"] = best_rate(rule, land, begin, steps, **given)
        lanes.append(Lane(descend(rule, land, begin, steps, noise=noise, seed=seed, **given), chosen))  # type: ignore[arg-type]
    return Race(land, (float(begin[0]), float(begin[1])), steps, noise, tuple(lanes))
