"""Where numbers first stopped being finite: asked of every step, at the price of two sums.

An infinity alone is no fault (masked scores are -inf), nor is a step that was left out (a GradScaler does that): what
counts is a step that was taken with such a gradient, or of a loss that is NaN, or that left such parameters.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

KEPT = 1 << 20  # numbers of a forward pass that are kept until the next one


class Pass(NamedTuple):
    step: int
    model: nn.Module
    inputs: Sequence[Any]
    output: Tensor


class Trail:
    """kind: "inputs", "outputs", "loss", "gradient" or "step", once met; step, layers: where."""

    def __init__(self) -> None:
        self.kind = ""
        self.step = 0
        self.layers: list[str] = []
        self.in_closure = False  # whether forward passes are parts of a step, and parameters move before it is heard
        self.first_size = self.size = math.nan  # of the outputs: at first, and as they were last finite
        self._pass: Pass | None = None  # the latest, until it is asked
        self._before: Tensor | None = None  # what the one before it gave
        self._suspected: tuple[int, str] = (0, "")
        self._finite = self._nan = 0  # the latest step taken with a finite gradient, and with a loss that is NaN

    def forward(self, step: int, model: nn.Module, inputs: Sequence[Any], output: Tensor) -> None:
        """Hears of a forward pass with a gradient, and asks it once something came of it that is not finite.

        Asked at once are the first, one that is large, one in a closure, and each of several before a step.
        """
        asked = self._pass
        if asked is not None and asked.step == step:
            self._ask()
        elif asked is not None:
            self._before = asked.output
        self._pass = Pass(step, model, inputs, output.detach())
        large = sum(x.numel() for x in (*inputs, output) if isinstance(x, Tensor)) > KEPT
        if large or self.in_closure or math.isnan(self.first_size):
            self._ask()

    def _ask(self) -> None:
        """Where the forward pass that was heard last stopped being finite, if it did."""
        asked, self._pass = self._pass, None
        if asked is None:
            return
        size = _largest(asked.output)
        if math.isfinite(size):
            self.size, self._before = size, None
            if math.isnan(self.first_size):
                self.first_size = size
            return
        if self._before is not None and math.isfinite(before := _largest(self._before)):
            self.size = before
        if any(not finite(x) for x in asked.inputs):
            self._suspect(asked.step, "inputs")
        elif bad := [name for name, p in asked.model.named_parameters() if not finite(p)]:
            self._met("step", asked.step - 1, bad)
        else:
            self._suspect(asked.step, "outputs")

    def loss(self, step: int, value: float) -> None:
        """Asks a loss, which may be known before its step is taken or after."""
        if math.isfinite(value):
            return
        self._ask()
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
        self._ask()
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


def _largest(output: Tensor) -> float:
    return float(torch.linalg.vector_norm(output, math.inf)) if output.numel() else 0.0


def finite(tensor: Any) -> bool:
    """Whether all numbers of a tensor are; what has no floating point is."""
    if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
        return True
    values = tensor.detach()
    if values.is_sparse:
        values = values.coalesce().values()
    if math.isfinite(values.sum().item()):
        return True
    return bool(torch.isfinite(values).all())  # a sum may overflow where no number does
