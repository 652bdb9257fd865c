"""Checks of rules of matrices: what orthogonalising makes of a gradient, and of what it is refused."""

from collections.abc import Sequence

import numpy as np

from ravine.backends import numpy as reference
from ravine.backends.numpy import Array
from ravine.errors import RavineError
from ravine.rules import rules

Rows = Sequence[Sequence[float]]


def _step(rule: str, gradient: Array, **settings: float) -> Array:
    """The first step of a weight that is 0."""
    found = rules[rule]
    numbers = found.settings({"lr": 1.0, "weight_decay": 0.0, **settings})
    weight = np.zeros_like(gradient)
    state = reference.start(found.equation, weight, numbers)
    after, _ = reference.step(found.equation, weight, gradient, state, 1, numbers)
    return weight - after


def steps_by(gradient: Rows, step: Rows, rule: str = "muon", within: float = 0.35) -> bool:
    """Whether the rule's first step for this gradient is this matrix, each entry to `within`."""
    return bool(np.allclose(_step(rule, np.array(gradient)), np.array(step), rtol=0, atol=within))


def larger_singular_value(gradient: Rows, of: str) -> float:
    """The larger singular value of the gradient's "signs", or of the "gradient" itself."""
    found = np.array(gradient)
    shown = {"signs": np.sign(found), "gradient": found}[of]
    return float(np.linalg.svd(shown, compute_uv=False)[0])


def can_be_orthogonalized(shape: Sequence[float]) -> bool:
    """Whether a tensor of that shape is a matrix to Muon."""
    try:
        _step("muon", np.ones([int(length) for length in shape]))
    except RavineError:
        return False
    return True


def scale_of(rows: float, columns: float, rule: str = "muon") -> float:
    """How many times as far as in a square weight a step goes in one of so many rows and columns."""
    tall = np.eye(int(rows) // 64, int(columns) // 64)  # a 64th of each: the scale √max(1, rows/columns) is the same
    square = np.eye(min(tall.shape))
    one, two = (np.linalg.svd(_step(rule, each), compute_uv=False)[0] for each in (square, tall))
    return float(two / one)


def after_scaling(outcome: str, rule: str = "muon", factor: float = 1000.0) -> bool:
    """What the step does when the loss is multiplied by `factor`: "stays", or "grows" with it."""
    gradient = np.random.default_rng(0).standard_normal((4, 3))
    plain, scaled = _step(rule, gradient), _step(rule, factor * gradient)
    outcomes = {"stays": np.allclose(scaled, plain, rtol=1e-6), "grows": np.allclose(scaled, factor * plain, rtol=1e-6)}
    return bool(outcomes[outcome])
