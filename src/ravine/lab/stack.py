"""K networks of one shape trained together: a step is one forward, one backward and one update for all of them.

Small networks spend their time on the way into and out of the library, not on arithmetic. A slot of the stack shares
only that way with its neighbours: it goes as it would alone, and one full of NaN harms no other.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ravine.backends import torch as backend
from ravine.lab.network import Network
from ravine.lab.problems import Data, Problem
from ravine.rules import Rule


class Slot(NamedTuple):
    """What tells one network of a stack from the next."""

    lr: float
    seed: int


def batches(problem: Problem, n: int, seed: int, epochs: int) -> Tensor:
    """(steps, B): which of `n` examples each step sees. An epoch is a shuffle, less its last, smaller batch."""
    generator = torch.Generator().manual_seed(seed)
    size = min(problem.batch_size, n)
    full = n - n % size
    return torch.cat([torch.randperm(n, generator=generator)[:full].view(-1, size) for _ in range(epochs)])


class Stack:
    """Networks that one rule trains, each with its own rate, initial weights and order of batches.

    theta: (K, P), the parameters of each network, in the order of the slots. t: steps taken. steps: steps in all.
    """

    def __init__(self, problem: Problem, data: Data, rule: Rule, slots: Sequence[Slot], epochs: int):
        self.network = Network(problem)
        self.data = data
        self.equation = rule.equation
        # float64, and a column: one rate for each row of theta
        lr = torch.tensor([[slot.lr] for slot in slots], dtype=torch.float64)
        self.hyperparameters: dict[str, backend.Value] = {**rule.settings({}), "lr": lr}

        seeds = sorted({slot.seed for slot in slots})
        self._seed_of_slot = torch.tensor([seeds.index(slot.seed) for slot in slots])
        self._order = torch.stack([batches(problem, len(data.train), seed, epochs) for seed in seeds], dim=1)
        self.theta = torch.stack([self.network.start(seed) for seed in seeds])[self._seed_of_slot]
        self.state = backend.start(self.equation, self.theta, self.hyperparameters)
        self.steps = len(self._order)
        self.t = 0

    def step(self) -> None:
        """Updates every network once, on its next batch."""
        batch = self._order[self.t][self._seed_of_slot]
        self.t += 1
        g = self.network.gradients(self.theta, self.data.train.inputs[batch], self.data.train.targets[batch])
        self.theta, self.state = backend.step(self.equation, self.theta, g, self.state, self.t, self.hyperparameters)
