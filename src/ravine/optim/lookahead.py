"""Lookahead: slow weights follow fast ones every few steps."""

from typing import ClassVar

import torch

from ravine.optim.wrapper import Wrapper, wide


class Lookahead(Wrapper):
    """An optimizer whose weights go back, every k steps, to slow ones that have gone part of the way with them.

    Source: Zhang, Lucas, Hinton & Ba 2019, Algorithm 1: φ ← φ + α(θ - φ), then θ ← φ. The state of the optimizer inside
    is kept as it is.

    optimizer: any `torch.optim.Optimizer`; step, schedule and save through this one.
    k: steps between two synchronisations, 1 or more (5).
    alpha: how far the slow weights follow, from 0 to 1 (0.5).

    The slow weights have the parameters' shapes, and lie in the state dict as "slow" (of 16-bit weights: in float32).
    Raises ValueError for k or alpha out of range.
    """

    state_name: ClassVar[str] = "slow"

    def __init__(self, optimizer: torch.optim.Optimizer, k: int = 5, alpha: float = 0.5):
        if not isinstance(k, int) or k < 1:
            raise ValueError(f"k must be a whole number of steps, 1 or more, not {k}")
        if not 0 <= alpha <= 1:
            raise ValueError(f"alpha must be from 0 to 1, not {alpha}")
        super().__init__(optimizer)
        self.k, self.alpha = k, alpha

    def _before(self, new: list[torch.Tensor]) -> None:
        self.kept |= {parameter: wide(parameter) for parameter in new}

    def _after(self) -> None:
        if self.steps % self.k:
            return
        for parameter, slow in self.kept.items():
            parameter.copy_(slow.lerp_(parameter.detach().to(slow.dtype), self.alpha))
