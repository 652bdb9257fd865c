"""Checks of paths: rules that descend a landscape."""

import numpy as np

from ravine.backends import numpy as reference
from ravine.backends.numpy import Array
from ravine.errors import RavineError
from ravine.landscapes import landscapes
from ravine.lessons.mistakes import find
from ravine.lessons.state import read
from ravine.schedules import parse_schedule
from ravine.trajectory import Trajectory, best_rate, descend


def _paths(state: str) -> dict[str, Trajectory]:
    """The paths that a widget with this state shows, by rule."""
    shown = read(state)
    if shown.landscape is None or shown.steps is None:
        raise RavineError(f"landscape and steps are needed in {state}")
    return {
        rule.name: descend(
            rule,
            shown.landscape,
            shown.start,
            shown.steps,
            noise=shown.noise,
            seed=shown.seed,
            **shown.settings.get(rule.name, {}),  # type: ignore[arg-type]
        )
        for rule in shown.rules
    }


def largest_rate(landscape: str, **shape: float) -> float:
    """2/λ: the rate above which gradient descent diverges on a quadratic; λ is its largest curvature.

    Checked by descending: at 1 % less the path must come nearer to the minimum at 0, at 1 % more leave it.
    """
    land = landscapes[landscape].with_parameters(**shape)
    columns = [land.gradient(1.0, 0.0), land.gradient(0.0, 1.0)]  # of the matrix of second derivatives
    rate = 2 / float(np.linalg.eigvalsh(np.array(columns, dtype=float)).max())
    away = [np.linalg.norm(descend("sgd", land, (0.1, 0.1), 400, lr=share * rate).points[-1]) for share in (0.99, 1.01)]
    assert away[0] < np.hypot(0.1, 0.1) < away[1], f"{landscape}: {rate} is not the limit"
    return rate


def swings(state: str, rule: str, motion: str, axis: str = "y") -> bool:
    """Whether a path's motion along an axis is "growing" swings, "shrinking" swings, "one-sided" or "still"."""
    path = _paths(state)[rule].points[:, "xy".index(axis)]
    sides = np.sign(path)
    swinging = bool((sides[1:] == -sides[:-1]).mean() > 0.8)
    grown = abs(path[-1]) > abs(path[0])
    motions = {
        "growing": swinging and grown,
        "shrinking": swinging and not grown,
        "one-sided": bool((sides == sides[0]).all()) and abs(path[-1]) < 0.5 * abs(path[0]),
        "still": bool(abs(path - path[0]).max() < 0.01 * abs(path[0])),
    }
    return bool(motions[motion])


def _beyond(run: Trajectory) -> float:
    """How far past the minimum at 0 a path goes along x, seen from its start."""
    return float((-np.sign(run.points[0, 0]) * run.points[:, 0]).max())


def overshoots_more(state: str, rule: str, than: str) -> bool:
    """Whether a path goes at least 10 % further past the minimum, along x, than the other."""
    paths = _paths(state)
    return _beyond(paths[rule]) > 1.1 * max(0.0, _beyond(paths[than]))


def overshoots_alike(state: str, none: bool = False) -> bool:
    """Whether all paths overshoot, equally to 10 %; with `none`, whether no path overshoots."""
    beyond = [_beyond(run) for run in _paths(state).values()]
    return max(beyond) <= 0 if none else 0 < max(beyond) <= 1.1 * min(beyond)


def never_overshoots(rule: str, rates: tuple[float, ...] = (0.001, 0.01, 0.1), momentum: float = 0.99) -> bool:
    """Whether the rule passes the minimum of the bowl at none of the rates."""
    return all(_beyond(descend(rule, "bowl", steps=500, lr=lr, momentum=momentum)) <= 0 for lr in rates)


def brakes_earlier(rule: str, than: str, lr: float = 0.02, momentum: float = 0.9) -> bool:
    """Whether, on the bowl, the rule is fastest at a point further from the minimum than the other's."""
    furthest = []
    for name in (rule, than):
        run = descend(name, "bowl", steps=200, lr=lr, momentum=momentum)
        speed = np.linalg.norm(np.diff(run.points, axis=0), axis=1)
        furthest.append(float(np.linalg.norm(run.points[int(speed.argmax())])))
    return furthest[0] > furthest[1]


def climbs(rule: str) -> bool:
    """Whether the rule ends higher than it began, on the bowl."""
    values = descend(find(rule), "bowl", steps=100, lr=0.01).values
    return bool(values[-1] > values[0])


def is_drawn(state: str, letter: str, rule: str) -> bool:
    """Whether the path with that letter is the rule's: letters are given in the order of the state's rules."""
    return list(_paths(state)).index(rule) == "ABCDEF".index(letter)


def step_from(rule: str, theta: float, velocity: float, **settings: float) -> float:
    """Where one step takes a parameter on θ²/2, whose gradient is θ, when a velocity has built up already."""
    found = find(rule)
    numbers = found.settings(settings)
    at = np.array([theta])
    state = {name: np.array([velocity]) for name in found.state}
    gradient = reference.gradient_point(found.equation, at, state, 2, numbers)  # of θ²/2, at the point it is wanted
    return float(reference.step(found.equation, at, gradient, state, 2, numbers)[0][0])


def plain_step_from(theta: float, lr: float) -> float:
    """Where one step of plain descent takes a parameter on θ²/2."""
    return theta - lr * theta


def same_gradients(rule: str, shown: str, lr: float = 0.05, steps: int = 50) -> bool:
    """Whether two rules ask for gradients at the same points of θ²/2, from one start: one rule in two forms."""
    return bool(np.allclose(_asked(rule, lr, steps), _asked(shown, lr, steps), rtol=1e-9, atol=1e-12))


def _asked(rule: str, lr: float, steps: int) -> Array:
    found = find(rule)
    numbers = found.settings({"lr": lr})
    at = np.array([1.0])
    state = reference.start(found.equation, at, numbers)
    points = []
    for t in range(1, steps + 1):
        point = reference.gradient_point(found.equation, at, state, t, numbers)
        points.append(float(point[0]))
        at, state = reference.step(found.equation, at, point, state, t, numbers)
    return np.array(points)


def leaves_saddle(state: str, rule: str, soon: bool, below: float = -1.0) -> bool:
    """Whether a path is down from the saddle x² − y², at a height below `below`, within the state's steps."""
    return bool((_paths(state)[rule].values < below).any()) is soon


def late_steps(state: str, rule: str, motion: str, rate: float, last: int = 30) -> bool:
    """Whether the last steps of a path "shrink" below a tenth of the rate, "grow" beyond ten times, or "stay"."""
    steps = np.abs(np.diff(_paths(state)[rule].points, axis=0))[-last:].max(axis=1)
    typical = float(np.median(steps))
    return {"shrink": typical < rate / 10, "grow": typical > 10 * rate, "stay": rate / 4 < typical < 2 * rate}[motion]


def hovers(claim: str, rates: tuple[float, float] = (0.2, 0.02), noise: float = 1.0, steps: int = 2000) -> bool:
    """Where gradient descent with noisy gradients stays on the bowl at two rates, long after it has arrived.

    claim: "closer for the smaller rate", "as close for both", or "at the minimum".
    """
    larger, smaller = (
        float(
            np.linalg.norm(descend("sgd", "bowl", steps=steps, lr=lr, noise=noise).points[steps // 2 :], axis=1).mean()
        )
        for lr in rates
    )
    claims = {
        "closer for the smaller rate": smaller < 0.7 * larger,
        "as close for both": 0.7 * larger <= smaller <= 1.4 * larger,
        "at the minimum": larger < 1e-3,
    }
    return claims[claim]


def ends_closest(run: str, seeds: int = 20, steps: int = 300) -> bool:
    """Whether a run on the bowl with noisy gradients ends closest to the minimum, in the mean over seeds.

    run: a schedule and a rate, as in "cosine 0.2"; it is compared with the others of the question.
    """

    def distance(schedule: str, lr: str) -> float:
        ends = [
            descend("sgd", "bowl", steps=steps, noise=1.0, seed=seed, schedule=schedule, lr=float(lr)).points[-1]
            for seed in range(seeds)
        ]
        return float(np.linalg.norm(ends, axis=1).mean())

    asked = ("constant 0.2", "constant 0.005", "cosine 0.2")
    return run == min(asked, key=lambda text: distance(*text.split()))


def rate_at(schedule: str, share: float, steps: float, lr: float) -> float:
    """The learning rate at a share of the run."""
    return lr * parse_schedule(schedule)(1 + int(share * steps), int(steps))


def ranks_first(rule: str, than: str, landscape: str, lr: float | None = None, steps: int = 200) -> bool:
    """Whether a rule ends lower than another: both at the rate `lr`, or each at its best of one grid."""
    ends = []
    for name in (rule, than):
        rate = lr if lr is not None else best_rate(name, landscape, landscapes[landscape].start, steps)
        ends.append(float(descend(name, landscape, steps=steps, lr=rate).values[-1]))
    return ends[0] < ends[1]


def ranking_turns(landscape: str, one: str, other: str, lr: float) -> bool:
    """Whether the better of two rules at one shared rate is the worse when each has its own best rate."""
    return ranks_first(one, other, landscape, lr) is not ranks_first(one, other, landscape)


def lacks_hyperparameter(rule: str, name: str) -> bool:
    """Whether the rule has no such hyperparameter."""
    return name not in find(rule).hyperparameters


def gradients_per_step(rule: str, count: int) -> bool:
    """Whether a step takes so many gradients."""
    return find(rule).equation.inputs.count("g") == count
