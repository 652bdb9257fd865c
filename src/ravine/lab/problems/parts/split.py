"""Examples: held as tensors, so that training only picks rows of them, or drawn by a loader, anew in every epoch.

A batch is a split of a few examples.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader

from ravine.lab.problems.parts.tree import Tree, joined, leaves, mapped

LABELS = ("labels", "label", "targets", "target")  # in a batch that is one mapping
EVALUATION = 0  # the seed of what a loader draws when a network is evaluated


@dataclass(frozen=True, eq=False)
class Split:
    """Examples: trees of tensors with a row for each. For accuracy targets are classes, whole numbers from 0.

    whole: whether a batch is `inputs` alone, a mapping that holds the targets too, or something without targets.
    """

    inputs: Tree
    targets: Tree
    whole: bool = False

    def __len__(self) -> int:
        return len(next(leaves(self.inputs if self.targets is None else self.targets)))

    @property
    def device(self) -> torch.device:
        return next(leaves(self.inputs)).device

    @property
    def given(self) -> Tree:
        """As the user gave it: a pair, or the whole."""
        return self.inputs if self.whole else (self.inputs, self.targets)

    def rows(self, which: "Tensor | slice") -> "Split":
        """These examples of it."""

        def picked(leaf: Tensor) -> Tensor:
            if isinstance(which, slice):
                return leaf[which]
            return leaf.index_select(0, which.flatten()).view(*which.shape, *leaf.shape[1:])  # 6 times leaf[which]

        return replace(self, inputs=mapped(picked, self.inputs), targets=mapped(picked, self.targets))

    def for_budget(self, batch_size: int) -> int:
        """How many examples an epoch has, for its length in steps."""
        return len(self)

    def to(self, device: torch.device) -> "Split":
        """The same on a device."""

        def there(tree: Tree) -> Tree:
            return mapped(lambda leaf: leaf.detach().to(device), tree)

        return replace(self, inputs=there(self.inputs), targets=there(self.targets))

    def batches(self, size: int) -> Iterator["Split"]:
        """All of it, in order, so many examples at a time; the last may be fewer."""
        for first in range(0, len(self), size):
            yield self.rows(slice(first, first + size))

    def first(self, size: int) -> "Split":
        """A batch to try things with."""
        return self.rows(slice(0, size))

    def contents(self) -> Iterator[bytes]:
        """All that the examples are, for a checksum."""
        for tensor in (leaf for tree in (self.inputs, self.targets) for leaf in leaves(tree)):
            yield f"{tensor.dtype} {tuple(tensor.shape)}".encode()
            yield tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes()


def parted(given: Any) -> Split:
    """A batch as a loader gives it: a pair (inputs, targets), or one mapping that may name its targets."""
    if isinstance(given, tuple | list) and len(given) == 2:
        return Split(given[0], given[1])
    if isinstance(given, Mapping):
        named = dict(given.items())
        return Split(named, next((named[name] for name in LABELS if name in named), None), whole=True)
    return Split(given, None, whole=True)


def gathered(batches: list[Split]) -> Split:
    """Batches as one split. RuntimeError where their tensors differ in shape."""
    first = batches[0]
    targets = None if first.targets is None else joined([batch.targets for batch in batches])
    return Split(joined([batch.inputs for batch in batches]), targets, first.whole)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a DataLoader draws, used as it is.

    count: examples in an epoch. why: what keeps them from being held, in words. device: where batches go.
    """

    loader: "DataLoader[Any]"
    count: int
    why: str
    device: str = "cpu"

    def __len__(self) -> int:
        return self.count

    @property
    def steps(self) -> int:
        """Batches in an epoch."""
        return len(self.loader)

    def for_budget(self, batch_size: int) -> int:
        """How many examples an epoch has where all batches are whole: its length in steps is the loader's."""
        return self.steps * batch_size

    def to(self, device: torch.device) -> "Drawn":
        """The same on a device."""
        return replace(self, device=str(device))

    def sized(self, size: int) -> "Drawn":
        """The same in batches of another size; as it is where the loader's batches are not of one size."""
        loader = self.loader
        if loader.batch_size in (None, size):
            return self
        again = DataLoader(
            loader.dataset,
            size,
            sampler=loader.sampler if not _streams(loader) else None,
            collate_fn=loader.collate_fn,
            drop_last=loader.drop_last,
            num_workers=loader.num_workers,
            generator=loader.generator,
            worker_init_fn=loader.worker_init_fn,
        )
        return replace(self, loader=again)

    def epoch(self, seed: int) -> Iterator[Split]:
        """The batches of an epoch, at most `steps`; all that is drawn at random follows from the seed."""
        chance = Chance(seed)
        with chance:
            for generator in _generators(self.loader):
                generator.manual_seed(seed)
            batches = iter(self.loader)
        for _ in range(self.steps):
            with chance:
                given = next(batches, None)
            if given is None:
                return
            yield parted(given).to(torch.device(self.device))

    def batches(self, size: int) -> Iterator[Split]:
        """An epoch for evaluation, the same each time. Its size is the loader's."""
        yield from self.epoch(EVALUATION)

    def first(self, size: int) -> Split:
        """A batch to try things with."""
        return next(self.epoch(EVALUATION))

    def contents(self) -> Iterator[bytes]:
        """What the loader is made of, and its first batch."""
        from ravine.lab.problems.fingerprint.dissection import dissect

        loader = self.loader
        parts = (loader.dataset, loader.sampler, loader.batch_sampler, loader.collate_fn, loader.drop_last)
        yield dissect(parts).encode()
        yield from self.first(0).contents()


class Chance:
    """The random generators of PyTorch, NumPy and Python, of one's own while the block lasts, and seeded once."""

    def __init__(self, seed: int):
        self._held: Any = None
        before = self._states()
        torch.manual_seed(seed)
        np.random.seed(seed % 2**32)
        random.seed(seed)
        self._mine = self._states()
        self._set(before)

    def __enter__(self) -> None:
        self._held = self._states()
        self._set(self._mine)

    def __exit__(self, *_: object) -> None:
        self._mine = self._states()
        self._set(self._held)

    @staticmethod
    def _states() -> tuple[Any, ...]:
        return torch.get_rng_state(), np.random.get_state(), random.getstate()

    @staticmethod
    def _set(states: tuple[Any, ...]) -> None:
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])


def _streams(loader: "DataLoader[Any]") -> bool:
    return isinstance(loader.dataset, torch.utils.data.IterableDataset)


def _generators(loader: "DataLoader[Any]") -> Iterator[torch.Generator]:
    """Those that the user has put into it."""
    sampler = loader.sampler
    inner = sampler.sampler if isinstance(sampler, BatchSampler) else getattr(loader.batch_sampler, "sampler", None)
    for thing in (loader, sampler, inner):
        if isinstance(generator := getattr(thing, "generator", None), torch.Generator):
            yield generator
