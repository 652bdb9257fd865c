"""Which tensors go by address: those proven to be plain numbers in this process's memory. Others take operations.

A tensor may be other than it looks: sparse, lazily conjugated or negated, without memory (meta, fake, the inside of a
transform), with its numbers in another tensor. What decides is an allow-list: its exact class, and the dispatch keys by
which PyTorch itself chooses operations, which must be those of a new dense tensor on its device.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from ravine.optim.native import storage_bytes

CLASSES = (torch.nn.Parameter, torch.Tensor)


def admitted(tensor: Any) -> bool:
    """Whether the tensor is what it looks like, and its memory there."""
    if type(tensor) not in CLASSES or tensor.layout is not torch.strided:
        return False
    return dispatch_keys(tensor) in _dense(tensor.device.type) and not emptied(tensor)


def emptied(tensor: torch.Tensor) -> bool:
    """Whether a plain tensor's storage is smaller than what it says to hold: given back, as FSDP does between steps."""
    if type(tensor) not in CLASSES or dispatch_keys(tensor) not in _dense(tensor.device.type) or not tensor.numel():
        return False
    return tensor.storage_offset() * tensor.itemsize + span(tensor) > storage_bytes(tensor)


def apart(tensor: torch.Tensor) -> bool:
    """Whether each element has a place of its own in memory, as where a kernel writes."""
    end = 0
    for stride, size in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if size > 1:
            if stride <= end:
                return False
            end += stride * (size - 1)
    return True


def local(tensors: Sequence[Any]) -> Sequence[Any]:
    """Of distributed tensors (FSDP2, tensor parallel) that all lie across the processes alike, what this one holds.

    Others as they are: those that lie otherwise than the first, or of which the processes hold terms of a sum, do not
    meet element by element.
    """
    distributed = sys.modules.get("torch.distributed.tensor")  # imported by whoever has one
    if distributed is None or any(type(tensor) is not distributed.DTensor for tensor in tensors):
        return tensors
    mesh, placements = tensors[0].device_mesh, tensors[0].placements
    if any(tensor.device_mesh != mesh or tensor.placements != placements for tensor in tensors):
        return tensors
    if any(placement.is_partial() for placement in placements):
        return tensors
    return [tensor.to_local() for tensor in tensors]


def overlapping(parameters: Sequence[torch.Tensor], states: Mapping[torch.Tensor, Any]) -> set[int]:
    """The ids of the parameters whose memory, gradient or state reaches into what a step writes elsewhere.

    Kernels step all elements at once; only operations, one after the other, are right for these.
    """
    ranges = []
    for parameter in parameters:
        remembered = states.get(parameter, {})  # asked otherwise, it would make an entry
        own = [parameter, *(remembered.values() if isinstance(remembered, dict) else ())]
        for tensor, read_only in ((parameter.grad, True), *((tensor, False) for tensor in own)):
            if admitted(tensor) and tensor.numel():
                first = tensor.data_ptr()
                ranges.append((first, first + span(tensor), read_only, id(parameter)))
    found: set[int] = set()
    cluster: list[tuple[int, int, bool, int]] = []
    for place in sorted(ranges):
        if cluster and place[0] >= max(end for _, end, _, _ in cluster):
            cluster = []
        cluster.append(place)
        if len(cluster) > 1 and not all(read_only for _, _, read_only, _ in cluster):
            found.update(owner for _, _, _, owner in cluster)
    return found


def dispatch_keys(tensor: torch.Tensor) -> int:
    """What PyTorch chooses the tensor's operations by, as a signed number of 64 bits."""
    bits: int = torch._C._dispatch_keys(tensor).raw_repr()
    return bits - (bits >> 63 << 64)


def span(tensor: torch.Tensor) -> int:
    """The bytes from where its first element begins to where its last one ends."""
    if not tensor.numel():
        return 0
    last = sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True))
    return int(last + 1) * tensor.itemsize


@contextmanager
def outside() -> Iterator[None]:
    """Out of every mode and transform that the caller may be in: what is made within is a plain tensor."""
    with _disable_current_modes(), torch._C._DisableFuncTorch():
        yield


@cache
def _dense(device: str) -> frozenset[int]:
    """The dispatch keys of dense tensors of the device, made outside and inside of inference mode."""
    found = set()
    for inference in (False, True):
        with outside(), torch.inference_mode(inference):
            found.add(dispatch_keys(torch.empty(0, device=device)))
    return frozenset(found)
