"""Layers of K networks at a time, forward and backward written out: autograd would keep more and take a third longer.

Features are (K, D, B), examples last: a dense layer is then one batched product of its weights as they lie in memory,
and what is taken over classes runs along whole rows of examples.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

aten = torch.ops.aten

# dy times the slope, by what PyTorch's autograd calls itself; other activations ask it.
SLOPES: dict[type[nn.Module], Callable[[Tensor, Tensor], Tensor]] = {
    nn.ReLU: lambda dy, y: aten.threshold_backward(dy, y, 0),
    nn.Tanh: lambda dy, y: aten.tanh_backward(dy, y),
    nn.Sigmoid: lambda dy, y: aten.sigmoid_backward(dy, y),
}


class Slopes(NamedTuple):
    """Of the loss: by a layer's input, where that was wanted, and by its tensors."""

    features: Tensor | None
    own: Sequence[Tensor] = ()


class Layer(Protocol):
    """own: the layer's tensors, with a row for each network."""

    def forward(self, own: Sequence[Tensor], x: Tensor) -> Tensor:
        """What it makes of features x."""

    def backward(self, own: Sequence[Tensor], x: Tensor, y: Tensor, dy: Tensor, first: bool) -> Slopes:
        """From the slope by what it made, y of x. first: no slope by x is wanted."""


class Dense:
    """own: weights (K, H, D) and, if it has them, biases (K, H)."""

    def forward(self, own: Sequence[Tensor], x: Tensor) -> Tensor:
        weight, *bias = own
        return torch.baddbmm(bias[0][:, :, None], weight, x) if bias else torch.bmm(weight, x)

    def backward(self, own: Sequence[Tensor], x: Tensor, y: Tensor, dy: Tensor, first: bool) -> Slopes:
        weight, *bias = own
        slopes = [torch.bmm(dy, x.transpose(1, 2)), *[dy.sum(dim=2) for _ in bias]]
        return Slopes(None if first else torch.bmm(weight.transpose(1, 2), dy), slopes)


class Pointwise:
    """An activation of PyTorch's."""

    def __init__(self, module: nn.Module):
        self.module = module
        self.slope = SLOPES.get(type(module))

    def forward(self, own: Sequence[Tensor], x: Tensor) -> Tensor:
        return self.module(x)  # type: ignore[no-any-return]

    def backward(self, own: Sequence[Tensor], x: Tensor, y: Tensor, dy: Tensor, first: bool) -> Slopes:
        if first:
            return Slopes(None)
        if self.slope is not None:
            return Slopes(self.slope(dy, y))
        with torch.enable_grad():
            again = x.detach().requires_grad_()
            (slope,) = torch.autograd.grad(self.module(again), again, dy)
        return Slopes(slope)


class Dropped:
    """own: the factors (K, B, D) of this step, 0 or 1/(1 - p)."""

    def forward(self, own: Sequence[Tensor], x: Tensor) -> Tensor:
        return x * own[0].transpose(1, 2)

    def backward(self, own: Sequence[Tensor], x: Tensor, y: Tensor, dy: Tensor, first: bool) -> Slopes:
        return Slopes(None if first else dy * own[0].transpose(1, 2))
