"""Which examples a step sees: index permutations, so that the data stays where it is."""

from collections.abc import Sequence

import torch
from torch import Tensor


class Batches:
    """The order in which each seed's runs see `n` examples: an epoch is a shuffle, less its last, smaller batch."""

    def __init__(self, n: int, size: int, seeds: Sequence[int], device: torch.device):
        self.n, self.size, self.device = n, min(size, n), device
        self.generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.epoch = torch.empty(0, dtype=torch.long)
        self.taken = 0

    def next(self) -> Tensor:
        """(S, B): the examples of the next step, for each seed."""
        if self.taken == len(self.epoch):
            full = self.n - self.n % self.size
            orders = [torch.randperm(self.n, generator=generator)[:full] for generator in self.generators]
            self.epoch = torch.stack(orders).view(len(orders), -1, self.size).transpose(0, 1).to(self.device)
            self.taken = 0
        self.taken += 1
        return self.epoch[self.taken - 1]
