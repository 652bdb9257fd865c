"""K networks of one shape trained in one pass: a step is one forward, one backward and one update for all of them.

Small networks spend their time on the way into and out of the library, not on arithmetic. A slot of the stack shares
nothing with its neighbours but that way: it goes as it would alone, and a slot full of NaN harms no other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch.func import functional_call, grad, vmap

from ravine.backends import torch as backend
from ravine.lab.problems import Data, Problem, Split
from ravine.lab.run import Run
from ravine.rules import Rule


class Slot(NamedTuple):
    """One network of the stack."""

    lr: float
    seed: int


class Network:
    """A problem's network as a function of its parameters: K rows of P numbers are K networks."""

    def __init__(self, problem: Problem):
        self.module = problem.model()
        self.shapes = {name: parameter.shape for name, parameter in self.module.named_parameters()}
        self.sizes = [shape.numel() for shape in self.shapes.values()]
        self.loss = problem.loss
        self._gradients = vmap(grad(lambda named, x, y: self.loss(self._scores(named, x), y)))

    def _scores(self, named: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = functional_call(self.module, named, (x,))
        return scores

    def _named(self, theta: torch.Tensor) -> dict[str, torch.Tensor]:
        parts = theta.split(self.sizes, dim=1)
        return {name: part.unflatten(1, shape) for part, (name, shape) in zip(parts, self.shapes.items(), strict=True)}

    def gradients(self, theta: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """(K, P): the gradient of each network's loss on its own batch, x (K, B, …) and y (K, B)."""
        named = self._gradients(self._named(theta), x, y)
        return torch.cat([named[name].flatten(1) for name in self.shapes], dim=1)

    def evaluate(self, theta: torch.Tensor, split: Split) -> tuple[torch.Tensor, torch.Tensor]:
        """(K,) accuracies from 0 to 1 and (K,) losses, over all of `split`."""
        with torch.no_grad():
            scores = vmap(self._scores, in_dims=(0, None))(self._named(theta), split.inputs)
            loss = vmap(self.loss, in_dims=(0, None))(scores, split.targets)
        right = scores.argmax(dim=-1) == split.targets
        return right.double().mean(dim=-1), loss.double()


def initial(problem: Problem, seed: int) -> torch.Tensor:
    """(P,): the parameters that every optimizer and every rate starts from with this seed."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        module = problem.model()
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])


def batches(problem: Problem, n: int, seed: int, epochs: int) -> torch.Tensor:
    """(steps, B): which of the `n` examples each step sees. An epoch is a shuffle without its last, smaller batch."""
    generator = torch.Generator().manual_seed(seed)
    size = min(problem.batch_size, n)
    full = n // size * size
    order = [torch.randperm(n, generator=generator)[:full].view(-1, size) for _ in range(epochs)]
    return torch.cat(order)


def evaluations(problem: Problem, n: int, epochs: int) -> tuple[int, ...]:
    """The steps after which the validation data is looked at, the last one included."""
    steps = epochs * (n // min(problem.batch_size, n))
    return tuple(sorted({*range(problem.evaluate_every, steps + 1, problem.evaluate_every), steps}))


def train(
    problem: Problem,
    data: Data,
    rule: Rule,
    slots: Sequence[Slot],
    epochs: int,
    on_steps: Callable[[int], None] = lambda steps: None,
) -> list[Run]:
    """One run for each of the `slots`, in their order; `on_steps` hears of finished model-steps."""
    parameters, seen = _train(problem, data, rule, slots, epochs, on_steps)
    return _runs(problem, data, rule, slots, epochs, parameters, seen)


