"""Tensors as a kernel wants them: one run of memory each, in the same order of elements."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import torch

Copies = list[tuple[torch.Tensor, torch.Tensor]]  # (to, from), once the kernel has run

# Called for every tensor in every step: as functions, so that `map` runs them without Python in between.
address, elements, stride = torch.Tensor.data_ptr, torch.Tensor.numel, torch.Tensor.stride
in_one_run, negated = torch.Tensor.is_contiguous, torch.Tensor.is_neg
dtype = attrgetter("dtype")


def plain(value: Any) -> bool:
    """Whether it is a tensor, and of no other class, which may keep its numbers elsewhere."""
    return type(value) in (torch.nn.Parameter, torch.Tensor)


def local(tensor: torch.Tensor) -> torch.Tensor:
    """The part of a distributed tensor (FSDP2, tensor parallel) that this process holds; other tensors as they are."""
    if plain(tensor):
        return tensor
    to_local: Callable[[], Any] | None = getattr(tensor, "to_local", None)
    return tensor if to_local is None else to_local()


def real(tensor: torch.Tensor) -> torch.Tensor:
    """A complex tensor as pairs of real numbers, which PyTorch's rules treat apart; other tensors as they are."""
    return torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor


def aligned(tensors: Sequence[torch.Tensor], by_rows: bool) -> tuple[list[torch.Tensor], Copies]:
    """The tensors with the first one's order of elements, and what must be copied back; the second is only read.

    by_rows: whether each slot of the leading axis must be a run of memory of its own.
    Raises ValueError if the shapes differ.
    """
    parameter, gradient, *_ = tensors
    for tensor in tensors:
        if tensor.shape != parameter.shape:
            raise ValueError(f"a parameter of shape {tuple(parameter.shape)} has state of shape {tuple(tensor.shape)}")
    # The like of a tensor with gaps has none, in the same order as far as there is one.
    pattern = parameter if _without_gaps(parameter) else torch.empty_like(parameter)
    if by_rows:
        pattern = torch.empty(parameter.shape, device="meta")
    laid: list[torch.Tensor] = []
    copies: Copies = []
    for tensor in tensors:
        if tensor.stride() == pattern.stride() and not tensor.is_neg():
            laid.append(tensor)
            continue
        copy = torch.empty_strided(pattern.shape, pattern.stride(), dtype=tensor.dtype, device=tensor.device)
        laid.append(copy.copy_(tensor))
        if tensor is not gradient:
            copies.append((tensor, copy))
    return laid, copies


def _without_gaps(tensor: torch.Tensor) -> bool:
    outermost_first = sorted(range(tensor.dim()), key=lambda axis: tensor.stride()[axis], reverse=True)
    return tensor.permute(outermost_first).is_contiguous()
