"""What the tests train: parameters of given shapes on a noisy quadratic, the same for every optimizer."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

from ravine.optim import RuleOptimizer

Optimizer = Callable[..., torch.optim.Optimizer]


def parameters(shapes: Sequence[tuple[int, ...]], dtype: torch.dtype = torch.float64, seed: int = 0) -> list[Any]:
    """A parameter of each shape, of normal numbers."""
    generator = torch.Generator().manual_seed(seed)
    kind = torch.complex128 if dtype.is_complex else torch.float64
    return [torch.nn.Parameter(torch.randn(shape, generator=generator, dtype=kind).to(dtype)) for shape in shapes]


def set_gradients(params: Iterable[torch.nn.Parameter], step: int) -> None:
    """Gradients of a quadratic plus noise that depends on `step` alone."""
    generator = torch.Generator().manual_seed(1000 + step)
    for param in params:
        kind = torch.complex128 if param.is_complex() else torch.float64
        noise = torch.randn(param.shape, generator=generator, dtype=kind)
        param.grad = (param.detach().to(kind) + 0.5 * noise).to(param.dtype)


def train(optimizer: torch.optim.Optimizer, steps: int, first: int = 0) -> list[torch.Tensor]:
    """The parameters after `steps` steps; `first` goes on where an earlier call stopped."""
    params = [param for group in optimizer.param_groups for param in group["params"]]
    if isinstance(optimizer, RuleOptimizer):
        optimizer.train()
    for step in range(first, first + steps):
        set_gradients(params, step)
        optimizer.step()
    return [param.detach().clone() for param in params]


def assert_same(found: Sequence[torch.Tensor], expected: Sequence[torch.Tensor], rtol: float, atol: float) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=rtol, atol=atol, equal_nan=True)
