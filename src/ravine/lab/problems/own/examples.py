"""A user's examples, as tensors: read once, so that training only picks rows of them."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, Dataset, IterableDataset, RandomSampler, SequentialSampler

from ravine.errors import RavineError
from ravine.lab.problems.problem import Split

AT_ONCE = 256
STREAMED = 200_000  # examples that a stream without a length may have


def read_examples(what: str, given: Any) -> Split:
    """The examples of a pair (inputs, targets), a Dataset or a DataLoader, in their own order.

    what: names them in the RavineError for examples that are missing, do not fit together or cannot be stacked.
    """
    if isinstance(given, Dataset | DataLoader):
        inputs, targets = _gathered(what, given)
    else:
        inputs, targets = _pair(what, given)
    if inputs.dim() == 0 or targets.dim() == 0 or len(inputs) != len(targets):
        shapes = f"{tuple(inputs.shape)} and {tuple(targets.shape)}"
        raise RavineError(f"{what}: inputs and targets must have a row for each example; they have shapes {shapes}")
    if not len(inputs):
        raise RavineError(f"{what}: there are no examples")
    for name, tensor in (("inputs", inputs), ("targets", targets)):
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise RavineError(f"{what}: the {name} hold numbers that are not finite; remove or replace them")
    return Split(inputs.detach().cpu(), targets.detach().cpu())


def batch_size_of(given: Any) -> int | None:
    """What a DataLoader or its batch sampler says; None where nothing is said."""
    if not isinstance(given, DataLoader):
        return None
    size = given.batch_size if given.batch_size is not None else getattr(given.batch_sampler, "batch_size", None)
    return size if isinstance(size, int) else None


def _gathered(what: str, given: "Dataset[Any] | DataLoader[Any]") -> tuple[Tensor, Tensor]:
    """All batches, one after the other. A loader's collate function is used, and which examples its sampler gives."""
    parts: list[tuple[Tensor, Tensor]] = []
    read, endless = 0, _without_length(given)
    try:
        for batch in _batches(given):
            parts.append(_pair(what, batch))
            read += len(parts[-1][1])
            if endless and read > STREAMED:
                raise RavineError(
                    f"{what}: after {STREAMED:,} examples the stream goes on, and it does not say how far: give "
                    "the data set a __len__, or a part of it, as in list(itertools.islice(stream, 10_000))"
                )
    except RavineError:
        raise
    except Exception as error:  # anything that the user's data set or collate function raises
        raise RavineError(f"{what}: reading it failed: {type(error).__name__}: {str(error).splitlines()[0]}") from error
    if not parts:
        raise RavineError(f"{what}: there are no examples")
    for column in zip(*parts, strict=True):
        shapes = {tuple(tensor.shape[1:]) for tensor in column}
        if len(shapes) > 1:
            some = " and ".join(map(str, sorted(shapes)[:2]))
            raise RavineError(
                f"{what}: examples have different shapes, such as {some}; "
                "give the DataLoader a collate_fn that pads all of them to one shape, or pad the data"
            )
    inputs, targets = (torch.cat(column) for column in zip(*parts, strict=True))
    return inputs, targets


def _batches(given: "Dataset[Any] | DataLoader[Any]") -> Iterator[Any]:
    if not isinstance(given, DataLoader):
        return iter(DataLoader(given, AT_ONCE))
    if isinstance(given.dataset, IterableDataset):
        return iter(given)
    return iter(DataLoader(given.dataset, AT_ONCE, sampler=_chosen(given), collate_fn=given.collate_fn))


def _without_length(given: "Dataset[Any] | DataLoader[Any]") -> bool:
    data = given.dataset if isinstance(given, DataLoader) else given
    return isinstance(data, IterableDataset) and not hasattr(data, "__len__")


def _chosen(loader: "DataLoader[Any]") -> Any:
    """The examples that a loader's sampler gives, in the data set's order; None for all of them.

    A sampler may stand for a part of the data, or for weights. What it draws at random is drawn once, with seed 0.
    """
    batches = _own_batches(loader)
    sampler = loader.sampler if batches is None else batches.sampler if type(batches) is BatchSampler else None
    if type(sampler) is SequentialSampler or (type(sampler) is RandomSampler and _shuffles(sampler)):
        return None
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        return sorted(sampler if sampler is not None else itertools.chain.from_iterable(batches or ()))


def _own_batches(loader: "DataLoader[Any]") -> Any:
    """The batch_sampler that the user gave; None where PyTorch made one."""
    return loader.batch_sampler if loader.batch_size is None else None


def _shuffles(sampler: RandomSampler) -> bool:
    """Whether it gives every example once."""
    return not sampler.replacement and sampler.num_samples == len(sampler.data_source)


def _pair(what: str, given: Any) -> tuple[Tensor, Tensor]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        kind = f"{len(given)} parts" if isinstance(given, tuple | list) else type(given).__name__
        raise RavineError(f"{what}: must be a pair (inputs, targets), a Dataset or a DataLoader of pairs, not {kind}")
    inputs, targets = given
    return _tensor(f"{what}: inputs", inputs), _tensor(f"{what}: targets", targets)


def _tensor(what: str, values: Any) -> Tensor:
    if isinstance(values, Tensor):
        return values
    if isinstance(values, np.ndarray | list | tuple):
        try:
            return torch.as_tensor(values)  # of a list: PyTorch's own dtypes
        except (TypeError, ValueError):
            pass
    raise RavineError(f"{what} must be a tensor, or numbers in an array, not {type(values).__name__}")
