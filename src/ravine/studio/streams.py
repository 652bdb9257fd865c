"""Streams of gradients of one parameter, and what a rule makes of one: the same as web/src/stream/ in Python."""

from collections.abc import Sequence

import numpy as np

from ravine.backends import numpy as reference
from ravine.backends.numpy import Array
from ravine.equations.evaluate import evaluate
from ravine.rules import Rule


def gradients(stream: str, steps: int, seed: int = 0, own: Sequence[float] = (1.0, -1.0)) -> np.ndarray:
    """The first `steps` gradients of the stream of that name (`ravine.lessons.state.STREAMS`)."""
    t = np.arange(1, steps + 1)
    match stream:
        case "constant":
            return np.ones(steps)
        case "impulse":
            return np.where(t == 1, 1.0, 0.0)
        case "sparse":
            return np.where(t % 10 == 0, 1.0, 0.0)
        case "alternating":
            return np.where(t % 2 == 1, 1.0, -1.0)
        case "noisy":
            return 1 + 2 * np.random.default_rng(seed).standard_normal(steps)
        case "reddi":
            return np.where(t % 3 == 1, 3.0, -1.0)
    return np.resize(np.array(own, dtype=np.float64), steps)


def feed(
    rule: Rule, stream: Sequence[float] | Array, bounds: tuple[float, float] | None = None, **hyperparameters: float
) -> dict[str, np.ndarray]:
    """What the rule computes from a stream of gradients: by name, its lines, its step, and its position from 0.

    bounds: where the position is kept, by projection.
    """
    equation, settings = rule.equation, rule.settings(hyperparameters)
    record: dict[str, list[float]] = {part.name: [] for part in equation.parts()}
    record["position"] = []
    theta = np.zeros(())
    state = reference.start(equation, theta, settings)
    for t, g in enumerate(np.asarray(stream, dtype=np.float64), start=1):
        names = {**settings, **state, "theta": theta, "g": g, "t": np.float64(t)}
        with np.errstate(all="ignore"):
            for place, part in enumerate(equation.parts()):
                value = evaluate(part.expression, names, reference.OPERATIONS)
                record[part.name].append(float(value))
                if place < len(equation.assignments):
                    names[part.name] = value
        theta, state = reference.step(equation, theta, g, state, t, settings)
        if bounds is not None:
            theta = np.clip(theta, *bounds)
        record["position"].append(float(theta))
    return {name: np.array(values) for name, values in record.items()}
