"""A noisy quadratic, where theory knows the answers: when SGD diverges, and how far from the minimum it stays.

The loss is ½ θᵀHθ with eigenvalues of H from 1/condition to 1, evenly spaced on a logarithmic scale, and H is diagonal.
Each example adds a noise of its own to the gradient, of deviation `noise` in every direction; over all of them it
cancels. SGD converges at rates η below 2, which is 2 over the largest eigenvalue; on batches of B, θᵢ then keeps a
variance of η noise² / (B λᵢ (2 - η λᵢ)) around the minimum (the stationary point of v = (1 - η λᵢ)² v + η² noise² / B).
"""

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.metric import LOSS
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem

EXAMPLES = 65_536
MOST_DIMENSIONS = 1000
START = 1.0  # every coordinate


class Quadratic(nn.Module):
    """The parameters are the point; of each example's noise (n, d) it makes that example's loss (n,)."""

    eigenvalues: Tensor

    def __init__(self, dimension: int, condition: float):
        super().__init__()
        self.point = nn.Parameter(torch.full((dimension,), START))
        self.register_buffer("eigenvalues", eigenvalues(dimension, condition))

    def forward(self, noise: Tensor) -> Tensor:
        return (self.eigenvalues * self.point**2).sum() / 2 + noise @ self.point


def eigenvalues(dimension: int, condition: float) -> Tensor:
    """(d,): from 1/condition to 1."""
    return torch.logspace(0, 1, dimension, base=1 / condition, dtype=torch.float64).flip(0).float()


def data(dimension: int, noise: float) -> Data:
    """Noise to train with; validation and test are without: one example, whose loss is the quadratic itself."""
    half = noise * np.random.default_rng(0).standard_normal((EXAMPLES // 2, dimension))

    def split(noises: NDArray[np.float64]) -> Split:
        return Split(torch.tensor(noises, dtype=torch.float32), torch.zeros(len(noises)))

    quiet = split(np.zeros((1, dimension)))
    return Data(split(np.concatenate((half, -half))), quiet, quiet)


def loss(losses: Tensor, targets: Tensor) -> Tensor:
    """The mean; there is nothing to aim at."""
    return losses.mean()


def build(condition: float = 100.0, noise: float = 0.1, dimension: float = 10) -> Problem:
    """condition: the largest eigenvalue, 1, over the smallest. noise: deviation of an example's gradient."""
    size = int(dimension)
    if condition < 1 or noise < 0 or not 1 <= size <= MOST_DIMENSIONS or size != dimension:
        raise RavineError(
            "quadratic: condition must be at least 1, noise at least 0, dimension a whole number from 1 to "
            f"{MOST_DIMENSIONS}"
        )
    return Problem(
        name="quadratic",
        title=f"Noisy quadratic, condition {condition:g}",
        network=f"a point in {size} dimensions, from ({START:g}, …); ½ θᵀHθ, eigenvalues from {1 / condition:g} to 1",
        preprocessing=f"{EXAMPLES:,} gradient noises of deviation {noise:g}, drawn with seed 0; none when evaluated",
        data=partial(data, size, noise),
        model=partial(Quadratic, size, condition),
        loss=loss,
        batch_size=32,
        epochs=1,
        evaluate_every=32,
        target=0.01,
        metric=LOSS,
        settings={"condition": condition, "noise": noise, "dimension": dimension},
        build=build,
    )


quadratic = build()
