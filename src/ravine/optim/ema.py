"""The average of the weights, decaying exponentially."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import torch

from ravine.optim.wrapper import Wrapper, wide


class EMA(Wrapper):
    """An optimizer with an average of the weights beside it: after each step a ← decay·a + (1 - decay)·θ.

    Source: Polyak & Juditsky 1992 (averages); `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn(decay)`
    updated after every step has the same numbers: the first average is the weights after the first step.

    optimizer: any `torch.optim.Optimizer`; step, schedule and save through this one.
    decay: how much of the average is kept at each step, from 0 to 1 (0.999).

    The averages have the shapes of the parameters, and lie in the state dict as "ema" (16-bit weights: in float32).
    Raises ValueError for a decay out of range.
    """

    state_name: ClassVar[str] = "ema"

    def __init__(self, optimizer: torch.optim.Optimizer, decay: float = 0.999):
        if not 0 <= decay <= 1:
            raise ValueError(f"decay must be from 0 to 1, not {decay}")
        super().__init__(optimizer)
        self.decay = decay
        self.swapped = False

    def _before(self, new: list[torch.Tensor]) -> None:
        if self.swapped:
            raise RuntimeError("the parameters hold their averages here: step outside of averaged()")
        if self.steps:  # one that moves for the first time was its own average until now
            self.kept |= {parameter: wide(parameter) for parameter in new}

    def _after(self) -> None:
        if self.steps == 1:
            self.kept = {parameter: wide(parameter) for parameter in self._parameters() if parameter.grad is not None}
            return
        for parameter, average in self.kept.items():
            average.lerp_(parameter.detach().to(average.dtype), 1 - self.decay)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Within it the parameters hold their averages, to be evaluated or saved; after it what they were."""
        if self.swapped:
            raise RuntimeError("the parameters hold their averages already")
        own = {parameter: parameter.detach().clone() for parameter in self.kept}
        self.swapped = True
        try:
            _set(self.kept)
            yield
        finally:
            _set(own)
            self.swapped = False


@torch.no_grad()
def _set(values: dict[torch.Tensor, torch.Tensor]) -> None:
    for parameter, value in values.items():
        parameter.copy_(value)
