"""Checks of mini-batches, on a small regression whose every gradient can be computed."""

from collections.abc import Callable

import numpy as np

from ravine.backends.numpy import Array

EXAMPLES = 1024


def _gradients() -> Array:
    """The gradient of each example's squared error at a point far from the minimum, (examples, 2)."""
    random = np.random.default_rng(1)
    inputs = random.standard_normal((EXAMPLES, 2))
    targets = inputs @ np.array([2.0, -1.0]) + random.standard_normal(EXAMPLES)
    errors: Array = inputs @ np.zeros(2) - targets
    return inputs * errors[:, None]


def _drawn(size: int, batches: int = 4000) -> Array:
    """The mean gradient of each of many batches, drawn with replacement, (batches, 2)."""
    each = _gradients()
    drawn = np.random.default_rng(2).integers(0, EXAMPLES, (batches, size))
    means: Array = each[drawn].mean(axis=1)
    return means


CLAIMS: dict[str, Callable[[Array, Array], bool]] = {
    "right on average, and noisy": lambda full, drawn: bool(
        np.allclose(drawn.mean(axis=0), full, atol=0.02) and (drawn.std(axis=0) > 0.05).all()
    ),
    "shorter in proportion to the batch": lambda full, drawn: bool(
        np.isclose(np.linalg.norm(drawn.mean(axis=0)) / np.linalg.norm(full), drawn.shape[0] / EXAMPLES, rtol=0.2)
    ),
    "always in the same direction": lambda full, drawn: bool(
        (drawn @ full / np.linalg.norm(drawn, axis=1) / np.linalg.norm(full) > 0.9999).all()
    ),
    "uphill half of the time": lambda full, drawn: bool((drawn @ full < 0).mean() > 0.4),
}


def mini_batch(claim: str, size: int = 64) -> bool:
    """Whether the claim about the gradients of mini-batches, against the full one, is true."""
    return CLAIMS[claim](_gradients().mean(axis=0), _drawn(size))


def noise_ratio(small: float, large: float) -> float:
    """How many times the gradient's standard deviation for batches of `large` goes into that for `small`."""
    each = _gradients().std(axis=0)
    return float((each / np.sqrt(small) / (each / np.sqrt(large)))[0])
