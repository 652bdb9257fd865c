"""Where numbers first stopped being finite: asked of every step, at the price of a few sums.

An infinity alone is no fault (masked scores are -inf), nor is a step that was left out (a GradScaler does that): what
counts is a step that was taken with such a gradient, or of a loss that is NaN, or that left such parameters.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn


class Trail:
    """kind: "inputs", "outputs", "loss", "gradient" or "step", once met; step, layers: where."""

    def __init__(self) -> None:
        self.kind = ""
        self.step = 0
        self.layers: list[str] = []
        self.first_size = self.size = math.nan  # of the outputs: at first, and as they were last finite
        self._suspected: tuple[int, str] = (0, "")
        self._finite = self._nan = 0  # the latest step taken with a finite gradient, and with a loss that is NaN

    def forward(self, step: int, model: nn.Module, inputs: Sequence[Tensor], output: Tensor) -> None:
        """Asks a forward pass with a gradient."""
        size = float(output.detach().abs().amax()) if output.numel() else 0.0
        if math.isfinite(size):
            self.size = size
            if math.isnan(self.first_size):
                self.first_size = size
        elif any(not finite(x) for x in inputs):
            self._suspect(step, "inputs")
        elif bad := [name for name, p in model.named_parameters() if not finite(p)]:
            self._met("step", step - 1, bad)
        else:
            self._suspect(step, "outputs")

    def loss(self, step: int, value: float) -> None:
        """Asks a loss, which may be known before its step is taken or after."""
        if math.isfinite(value):
            return
        if self.kind == "gradient" and self.step == step:
            self.kind = "loss"
        self._suspect(step, "loss")
        if math.isnan(value):
            self._nan = step
            self._passed_over(step)

    def gradients(self, step: int, ends: Sequence[nn.Parameter], named: Sequence[tuple[str, nn.Parameter]]) -> None:
        """Asks the gradients of the smallest parameters near both ends; all of them, once one is not finite."""
        if all(finite(p.grad) for p in ends):
            self._finite = step
            self._passed_over(step)
            return
        bad = [name for name, p in named if not finite(p.grad)]
        self._met(self._suspected[1] if self._suspected[0] == step else "gradient", step, bad)

    def _passed_over(self, step: int) -> None:
        """A loss that is NaN, of a target that is (absolute errors), may send back a gradient that is not."""
        if self._nan == self._finite == step:
            self._met(self._suspected[1], step)

    def _suspect(self, step: int, kind: str) -> None:
        """Keeps the first suspicion of a step."""
        if self._suspected[0] != step:
            self._suspected = step, kind

    def _met(self, kind: str, step: int, layers: Sequence[str] = ()) -> None:
        if not self.kind:
            self.kind, self.step, self.layers = kind, step, list(layers)


def finite(tensor: Any) -> bool:
    """Whether all numbers of a tensor are; what has no floating point is."""
    if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
        return True
    values = tensor.detach()
    if values.is_sparse:
        values = values.coalesce().values()
    if math.isfinite(float(values.sum())):
        return True
    return bool(torch.isfinite(values).all())  # a sum may overflow where no number does
