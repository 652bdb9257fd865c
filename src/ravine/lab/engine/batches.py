"""Which examples a step sees: index permutations, so that the data stays where it is."""

import torch
from torch import Tensor


class Batches:
    """The order in which a seed's runs see `n` examples: an epoch is a shuffle, less its last, smaller batch."""

    def __init__(self, n: int, size: int, seed: int):
        self.n, self.size = n, min(size, n)
        self.generator = torch.Generator().manual_seed(seed)
        self.left: list[Tensor] = []

    def next(self) -> Tensor:
        """(B,): the examples of the next step."""
        if not self.left:
            order = torch.randperm(self.n, generator=self.generator)
            self.left = list(order[: self.n - self.n % self.size].view(-1, self.size).flip(0))
        return self.left.pop()


def steps_of(epochs: int, n: int, batch_size: int) -> int:
    """How many steps there are in so many epochs over `n` examples."""
    return epochs * (n // min(batch_size, n))
