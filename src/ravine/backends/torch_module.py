"""A PyTorch module of an equation of one input: values, and a gradient that is the derived equation's."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch

from ravine.backends.torch import operations
from ravine.equations.differentiate import gradient
from ravine.equations.equation import Equation
from ravine.equations.evaluate import evaluate

_derived = cache(gradient)


class _Applied(torch.autograd.Function):
    """Autograd through the lines themselves would multiply infinite slopes of a branch not taken by zero."""

    generate_vmap_rule = True

    @staticmethod
    def forward(z: torch.Tensor, equation: Equation, settings: Mapping[str, float]) -> torch.Tensor:
        table = operations(z.dtype, z.device)
        names: dict[str, Any] = {**settings, equation.inputs[0]: z}
        for line in equation.assignments:
            names[line.name] = evaluate(line.expression, names, table)
        value = evaluate(equation.results[0], names, table)
        return torch.as_tensor(value, dtype=z.dtype, device=z.device).expand_as(z).clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: torch.Tensor) -> None:
        z, ctx.equation, ctx.settings = inputs
        ctx.save_for_backward(z)

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (z,) = ctx.saved_tensors
        return upstream[0] * _Applied.apply(z, _derived(ctx.equation), ctx.settings), None, None  # type: ignore[no-untyped-call]


class Elementwise(torch.nn.Module):
    """f(z) of each element."""

    def __init__(self, equation: Equation, settings: Mapping[str, float]):
        super().__init__()
        self.equation, self.settings = equation, dict(settings)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return _Applied.apply(z, self.equation, self.settings)  # type: ignore[no-untyped-call, no-any-return]

    def extra_repr(self) -> str:
        return ", ".join([self.equation.name, *(f"{name}={value:g}" for name, value in self.settings.items())])
