"""Tensors as a kernel wants them: one run of memory each, in the same order of elements."""

from collections.abc import Sequence
from operator import attrgetter

import torch

Copies = list[tuple[torch.Tensor, torch.Tensor]]  # (to, from), once the kernel has run

address, in_one_run, dtype = torch.Tensor.data_ptr, torch.Tensor.is_contiguous, attrgetter("dtype")


def real(tensor: torch.Tensor) -> torch.Tensor:
    """A complex tensor as pairs of real numbers, which PyTorch's rules treat apart; other tensors as they are."""
    return torch.view_as_real(tensor) if tensor.is_complex() else tensor


def aligned(tensors: Sequence[torch.Tensor], by_rows: bool) -> tuple[list[torch.Tensor], Copies]:
    """The tensors with the first one's order of elements, and what must be copied back; the second is only read.

    by_rows: whether each slot of the leading axis must be a run of memory of its own.
    """
    parameter, gradient, *_ = tensors
    # The like of a tensor with gaps has none, in the same order as far as there is one.
    pattern = parameter if _without_gaps(parameter) else torch.empty_like(parameter)
    if by_rows:
        pattern = torch.empty(parameter.shape, device="meta")
    laid: list[torch.Tensor] = []
    copies: Copies = []
    for tensor in tensors:
        if tensor.stride() == pattern.stride():
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
