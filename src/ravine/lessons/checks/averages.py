"""Checks of Schedule-Free: the average and the fast point, in a noisy bowl of curvature 1."""

from functools import cache

import numpy as np

from ravine.backends import numpy as reference
from ravine.backends.numpy import Array
from ravine.equations.evaluate import evaluate
from ravine.rules import rules
from ravine.schedules import parse_schedule

START = 2.0


@cache
def _left(rule: str, lr: float, steps: int, schedule: str = "constant") -> tuple[dict[str, float], Array]:
    """The mean square of each point at the end, by name, and that of θ after each step; noise has variance 1.

    Exact, for rules that are linear in gradients: one lane begins at the start and sees no noise, each other begins at
    0 and sees a noise of 1 in one step; the mean square over all runs is the sum of their squares.
    """
    found = rules[rule]
    numbers = found.settings({"lr": lr})
    factors = parse_schedule(schedule).factors(steps)
    theta = at = np.append(np.zeros(steps), START)
    state = reference.start(found.equation, theta, numbers)
    left = np.empty(steps)
    for t in range(1, steps + 1):
        now = {**numbers, "lr": lr * factors[t - 1]}
        at = theta
        if found.equation.gradient_at is not None:
            at = evaluate(found.equation.gradient_at, {**now, **state, "theta": theta}, reference.OPERATIONS)
        theta, state = reference.step(found.equation, theta, at + np.eye(1, steps + 1, t - 1)[0], state, t, now)
        left[t - 1] = (theta**2).sum()
    points = {"theta": theta, "y": at, "z": state.get("z", theta)}
    return {name: float((point**2).sum()) for name, point in points.items()}, left


def _left_after(rule: str, lr: float, steps: int, planned: int = 400, schedule: str = "constant") -> float:
    """The mean square of what is left after `steps` of a run that was planned for more."""
    return float(_left(rule, lr, planned, schedule)[1][steps - 1])


def is_nearest(point: str, lr: float = 0.2, steps: int = 400) -> bool:
    """Whether of z, y and θ of Schedule-Free SGD this one is nearest to the minimum, in the mean."""
    ends, _ = _left("schedule_free_sgd", lr, steps)
    return point == min(ends, key=lambda name: ends[name])


def nearest_when_stopped(entrant: str, steps: int, lr: float = 0.2) -> bool:
    """Whether of a constant rate, a cosine over 400 steps and Schedule-Free this one is nearest after so many."""
    left = {
        "constant": _left_after("sgd", lr, steps),
        "cosine": _left_after("sgd", lr, steps, schedule="cosine"),
        "schedule-free": _left_after("schedule_free_sgd", lr, steps),
    }
    return entrant == min(left, key=lambda name: left[name])


def share_of_the_last(steps: int) -> float:
    """The share that the newest place of the fast point has in the average, at a constant rate."""
    return _weights(steps, 0)[-1] / sum(_weights(steps, 0))


def weight_in_warmup(step: int, warmup_steps: int, power: float = 1.0) -> float:
    """What the point of a step of the warm-up weighs beside one after it, to a power."""
    weights = _weights(warmup_steps, warmup_steps)
    return float((weights[int(step) - 1] / weights[-1]) ** power)


def _weights(steps: float, warmup_steps: float) -> list[float]:
    """What each point weighs in the average: the differences of the sum of weights that the rule keeps."""
    found = rules["schedule_free_sgd"]
    numbers = found.settings({"warmup_steps": warmup_steps})
    theta = np.zeros(())
    state = reference.start(found.equation, theta, numbers)
    sums = [0.0]
    for t in range(1, int(steps) + 1):
        theta, state = reference.step(found.equation, theta, np.ones(()), state, t, numbers)
        sums.append(float(state["s"]))
    return list(np.diff(sums))
