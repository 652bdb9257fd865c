"""A user's examples: held as tensors where that is the same, else drawn by their loader as it is."""

import itertools
from collections.abc import Iterator, Mapping, Sized
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    default_collate,
)

from ravine.errors import RavineError
from ravine.lab.problems.parts.split import Chance, Drawn, Split, gathered, parted
from ravine.lab.problems.parts.tree import leaves, shapes

AT_ONCE = 256
STREAMED = 200_000  # examples that a stream without a length may have
HELD = 2_000_000_000  # bytes of examples that are held
LOOKED_AT = 64  # examples that are read twice, to see whether they are the same
ALONE = "a batch that is no pair (inputs, targets) and no mapping needs step = …, which knows what to do with it"


def read_examples(what: str, given: Any, batch_size: int, paired: bool = True) -> Split | Drawn:
    """The examples of tensors, a Dataset or a DataLoader, in their own order.

    batch_size: of a Dataset whose examples cannot be held. paired: whether a batch must say what its targets are.
    what: names them in the RavineError for examples that are missing, do not fit together or cannot be stacked.
    """
    if isinstance(given, Dataset | DataLoader):
        loader = given if isinstance(given, DataLoader) else _loader(given)
        try:
            read = _held(what, loader)
        except RavineError:
            raise
        except Exception as error:  # anything that the user's data set or collate function raises
            said = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}"
            raise RavineError(f"{what}: reading it failed: {said}") from error
        if isinstance(read, str):
            drawing = given if isinstance(given, DataLoader) else _loader(given, batch_size, shuffle=True)
            return _checked(what, _drawn(what, drawing, read), paired)
        return _checked(what, read, paired)
    return _checked(what, _pair(what, given, paired), paired)


def batch_size_of(given: Any) -> int | None:
    """What a DataLoader or its batch sampler says; None where nothing is said."""
    if not isinstance(given, DataLoader):
        return None
    size = given.batch_size if given.batch_size is not None else getattr(given.batch_sampler, "batch_size", None)
    return size if isinstance(size, int) else None


def _loader(data: "Dataset[Any]", batch_size: int = AT_ONCE, shuffle: bool = False) -> "DataLoader[Any]":
    return DataLoader(data, batch_size, shuffle=shuffle and not isinstance(data, IterableDataset))


def _checked(what: str, read: Split | Drawn, paired: bool) -> Split | Drawn:
    some = read.first(AT_ONCE) if isinstance(read, Drawn) else read
    if paired and some.whole and not isinstance(some.inputs, Mapping):
        raise RavineError(f"{what}: must be a pair (inputs, targets), a Dataset or a DataLoader of pairs; {ALONE}")
    trees = [("inputs", some.inputs), *([] if some.targets is None else [("targets", some.targets)])]
    counts = {len(leaf) if leaf.dim() else -1 for _, tree in trees for leaf in leaves(tree)}
    if len(counts) != 1 or -1 in counts:
        said = " and ".join(
            shapes(tree).split(" of ")[0] if isinstance(tree, Tensor) else shapes(tree) for _, tree in trees
        )
        if not counts:
            raise RavineError(f"{what}: there are no tensors in a batch; it holds {shapes(some.inputs)}")
        raise RavineError(f"{what}: inputs and targets must have a row for each example; they have shapes {said}")
    if counts == {0}:
        raise RavineError(f"{what}: there are no examples")
    for name, tree in trees:
        if any(leaf.is_floating_point() and not leaf.isfinite().all() for leaf in leaves(tree)):
            raise RavineError(f"{what}: the {name} hold numbers that are not finite; remove or replace them")
    return read.to(torch.device("cpu"))


def _held(what: str, loader: "DataLoader[Any]") -> Split | str:
    """All examples as tensors, or why they must be drawn."""
    streams = isinstance(loader.dataset, IterableDataset)
    order = None if streams else _chosen(loader)
    if isinstance(order, str):
        return order
    first, again = (_some(loader, order, seed) for seed in (0, 1))
    if first and not _same(first, again):
        return "examples are not the same each time that they are read"
    parts: list[Split] = []
    read, most = 0, _length(loader)
    for batch in _batches(loader, order):
        parts.append(_numbers(what, batch))
        read += len(parts[-1])
        if most is None and read > STREAMED:
            raise RavineError(
                f"{what}: after {STREAMED:,} examples the stream goes on, and it does not say how far: give "
                "the data set a __len__, or a part of it, as in list(itertools.islice(stream, 10_000))"
            )
        if _form(parts[-1]) != _form(parts[0]):
            return "batches have shapes of their own"
        size = sum(leaf.numel() * leaf.element_size() for leaf in leaves(parts[0].given)) / len(parts[0])
        if size * (most or read) > HELD:
            return f"all examples take {size * (most or read) / 1e9:.0f} GB"
        if most is not None and read >= most:
            break
    if not parts:
        raise RavineError(f"{what}: there are no examples")
    whole = gathered(parts)
    return whole.rows(slice(0, most)) if streams and most is not None else whole


def _form(part: Split) -> list[tuple[int, ...]]:
    return [tuple(leaf.shape[1:]) for leaf in leaves(part.given)]


def _drawn(what: str, loader: "DataLoader[Any]", why: str) -> Drawn:
    try:
        steps = len(loader)
    except TypeError:
        raise RavineError(
            f"{what}: {why}, so the loader is used as it is; give its data set a __len__, the examples of an epoch"
        ) from None
    known = _length(loader)
    sampled = loader.sampler if loader.batch_sampler is None or loader.batch_size is not None else None
    count = len(sampled) if isinstance(sampled, Sized) else known or steps
    drawn = Drawn(loader, count, why)
    if not steps:
        raise RavineError(f"{what}: there are no examples")
    _numbers(what, drawn.first(AT_ONCE).given)
    return drawn


def _length(loader: "DataLoader[Any]") -> int | None:
    data: Any = loader.dataset
    return len(data) if hasattr(data, "__len__") else None


def _some(loader: "DataLoader[Any]", order: Any, seed: int) -> list[Any]:
    """The first examples as they come of this seed; [] of a stream that must not be begun twice."""
    with_chance = Chance(seed)
    with with_chance:
        if isinstance(loader.dataset, IterableDataset):
            return list(itertools.islice(iter(loader.dataset), LOOKED_AT)) if hasattr(loader.dataset, "__len__") else []
        data: Any = loader.dataset
        places = range(len(data)) if order is None else order
        return [data[place] for place in itertools.islice(places, LOOKED_AT)]


def _same(first: Any, again: Any) -> bool:
    if isinstance(first, Tensor | np.ndarray):
        return np.array_equal(np.asarray(first), np.asarray(again), equal_nan=np.asarray(first).dtype.kind in "fc")
    if isinstance(first, Mapping):
        return (
            isinstance(again, Mapping)
            and first.keys() == again.keys()
            and all(_same(first[k], again[k]) for k in first)
        )
    if isinstance(first, tuple | list):
        return len(first) == len(again) and all(map(_same, first, again))
    try:
        return bool(first == again) or first != first
    except Exception:  # an object of the user's that does not compare
        return True


def _batches(loader: "DataLoader[Any]", order: Any) -> Iterator[Any]:
    """All of them, in the data set's order; those of a collate function of one's own as large as it expects them."""
    if isinstance(loader.dataset, IterableDataset):
        return iter(loader)
    plain = loader.collate_fn is default_collate
    size = AT_ONCE if plain else batch_size_of(loader) or AT_ONCE
    return iter(DataLoader(loader.dataset, size, sampler=order, collate_fn=loader.collate_fn))


def _chosen(loader: "DataLoader[Any]") -> Any:
    """The examples that a loader's sampler gives, in the data set's order; None for all; or why they are drawn."""
    batches = _own_batches(loader)
    sampler = loader.sampler if batches is None else batches.sampler if type(batches) is BatchSampler else None
    if type(sampler) is SequentialSampler or (type(sampler) is RandomSampler and _shuffles(sampler)):
        return None
    orders = []
    for seed in (0, 1):
        with Chance(seed):
            given = sampler if sampler is not None else itertools.chain.from_iterable(batches or ())
            if isinstance(generator := getattr(given, "generator", None), torch.Generator):
                generator.manual_seed(seed)
            orders.append(sorted(given))
    return orders[0] if orders[0] == orders[1] else "its sampler draws other examples in each epoch"


def _own_batches(loader: "DataLoader[Any]") -> Any:
    """The batch_sampler that the user gave; None where PyTorch made one."""
    return loader.batch_sampler if loader.batch_size is None else None


def _shuffles(sampler: RandomSampler) -> bool:
    """Whether it gives every example once."""
    return not sampler.replacement and sampler.num_samples == len(sampler.data_source)


def _numbers(what: str, given: Any) -> Split:
    """A batch, whose every leaf must be a tensor."""
    split = parted(given)
    for name, tree in (("inputs", split.inputs), ("targets", split.targets)):
        if not any(True for _ in leaves(tree)) and tree is not None:
            raise RavineError(f"{what}: {name} must be a tensor, or numbers in an array, not {shapes(tree)}")
    return split


def _pair(what: str, given: Any, paired: bool) -> Split:
    if isinstance(given, Mapping):
        return parted(_tensor(what, given))
    if not paired and (isinstance(given, Tensor | np.ndarray)):
        return Split(_tensor(what, given), None, whole=True)
    if not isinstance(given, tuple | list) or len(given) != 2:
        kind = f"{len(given)} parts" if isinstance(given, tuple | list) else type(given).__name__
        raise RavineError(f"{what}: must be a pair (inputs, targets), a Dataset or a DataLoader of pairs, not {kind}")
    inputs, targets = given
    return Split(_tensor(f"{what}: inputs", inputs), _tensor(f"{what}: targets", targets))


def _tensor(what: str, values: Any) -> Any:
    """A tree of tensors, from tensors, arrays or nested lists of numbers, in mappings and tuples."""
    if isinstance(values, Tensor):
        return values
    if isinstance(values, Mapping):
        return {name: _tensor(f"{what}: {name}", part) for name, part in values.items()}
    if isinstance(values, tuple) and all(isinstance(part, Tensor | np.ndarray | Mapping) for part in values):
        return tuple(_tensor(what, part) for part in values)
    if isinstance(values, np.ndarray | list | tuple):
        try:
            return torch.as_tensor(values)  # of a list: PyTorch's own dtypes
        except (TypeError, ValueError):
            pass
    raise RavineError(f"{what} must be a tensor, or numbers in an array, not {type(values).__name__}")
