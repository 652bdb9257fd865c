"""Dropout whose masks come from a seed, so that every optimizer meets the same ones, in a stack as alone.

PyTorch's own dropout draws from one global generator: what a network gets would depend on its neighbours. While one of
these modes is on, `torch.nn.functional.dropout` and its siblings (so `nn.Dropout` too) multiply by a given mask.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

_SEEDS_OF_MASKS = 1 << 40  # added to a run's seed: its masks are not made of the numbers that its batches are
_ELEMENTS = functional.dropout
_CHANNELS = (functional.dropout1d, functional.dropout2d, functional.dropout3d)


class Mask(NamedTuple):
    """What a mask looks like: its shape, and the share of it that is 0."""

    shape: tuple[int, ...]
    p: float

    def draw(self, generator: torch.Generator, like: Tensor) -> Tensor:
        """0 with probability p, else 1/(1 - p)."""
        kept = torch.empty(self.shape, dtype=like.dtype).bernoulli_(1 - self.p, generator=generator)
        return (kept / (1 - self.p) if self.p < 1 else kept).to(like.device)


def generator_of_masks(seed: int) -> torch.Generator:
    """The source of all masks of a run with this seed."""
    return torch.Generator().manual_seed(seed + _SEEDS_OF_MASKS)


class GivenMasks(TorchFunctionMode):
    """While it is on, each dropout asks `mask` for what to multiply with, in the order of the forward pass."""

    def __init__(self, mask: Callable[[Mask, Tensor], Tensor]):
        super().__init__()
        self.mask = mask

    def __torch_function__(self, function: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        known = _dropout(function, args, kwargs or {})
        if known is None:
            return function(*args, **(kwargs or {}))
        x, mask, inplace = known
        factor = self.mask(mask, x)
        return x.mul_(factor) if inplace else x * factor


def _dropout(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Tensor, Mask, bool] | None:
    """The input, the mask and whether it works in place, of a call that is a dropout at work."""
    if function is not _ELEMENTS and function not in _CHANNELS:
        return None
    values = dict(zip(("input", "p", "training", "inplace"), args, strict=False)) | kwargs
    x, p = values["input"], values.get("p", 0.5)
    if not values.get("training", True) or p == 0:
        return None
    if function is _ELEMENTS:
        return x, Mask(tuple(x.shape), p), values.get("inplace", False)
    if x.dim() < 3:
        return None  # without a batch: it stays PyTorch's
    return x, Mask((*x.shape[:2], *[1] * (x.dim() - 2)), p), values.get("inplace", False)


def drawn(generator: torch.Generator) -> GivenMasks:
    """Masks drawn as they are asked for."""
    return GivenMasks(lambda mask, x: mask.draw(generator, x))


def replayed(masks: Sequence[Tensor]) -> GivenMasks:
    """Masks that were drawn before, in this order."""
    left: Iterator[Tensor] = iter(masks)
    return GivenMasks(lambda mask, x: next(left))


def masks_of(forward: Callable[[], object]) -> list[Mask]:
    """What masks a forward pass asks for."""
    seen: list[Mask] = []

    def note(mask: Mask, x: Tensor) -> Tensor:
        seen.append(mask)
        return torch.ones(mask.shape, dtype=x.dtype, device=x.device)

    with GivenMasks(note):
        forward()
    return seen
