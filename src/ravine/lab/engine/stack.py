"""K networks of one shape trained together: one forward and one backward pass for all, and one update for each rule.

Small networks spend their time on the way into and out of the library, not on arithmetic. A slot of the stack shares
only that way with its neighbours: it goes as it would alone, and one full of NaN harms no other.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from ravine.lab.engine.batches import Batches
from ravine.lab.engine.dead_units import Shares
from ravine.lab.engine.evaluation import Seen
from ravine.lab.engine.network import Named, Network
from ravine.lab.engine.passes import passes_of
from ravine.lab.engine.randomness import generator_of_masks
from ravine.lab.engine.rows import Rows
from ravine.lab.problems.parts.split import Drawn, Split
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.store.configuration import Configuration
from ravine.lab.study.torch_optimizer import Book, Method, stacks
from ravine.rules import Rule


class Stack:
    """Networks that train side by side; those of one rule must stand side by side too.

    theta: (K, P), the parameters of each network, in the order of the configurations, which share steps and batch size.
    t: steps taken.
    """

    def __init__(self, problem: Problem, data: Data, configurations: Sequence[Configuration], rules: Book):
        self.network = Network(problem)
        self.data = data
        seeds = sorted({configuration.seed for configuration in configurations})
        starts = [self.network.start(seed) for seed in seeds]
        assert isinstance(data.train, Split), "what a loader draws is trained alone"
        self.train = data.train
        device = data.train.device
        self.seed_of_slot = torch.tensor([seeds.index(c.seed) for c in configurations], device=device)
        self.batches = Batches(len(data.train), configurations[0].batch_size, seeds, device)
        self.passes = passes_of(problem, self.network, data, self.batches.size)
        self.generators = [generator_of_masks(seed) for seed in seeds]
        self.theta = torch.stack([start.theta for start in starts]).to(device)[self.seed_of_slot]
        self.others = {
            name: torch.stack([start.others[name] for start in starts]).to(device)[self.seed_of_slot]
            for name in starts[0].others
        }
        self.masks = self.network.masks(data.train.first(self.batches.size))
        self.gradient = torch.empty_like(self.theta)
        self.rows = []
        first = 0
        for name, members in _side_by_side(configurations):
            last = first + len(members)
            self.rows.append(
                Rows(
                    _rule(rules[name]),
                    self.theta[first:last],
                    self.gradient[first:last],
                    [dict(member.hyperparameters) for member in members],
                    [member.schedule for member in members],
                    members[0].steps,
                    problem,
                )
            )
            first = last
        self.best_theta, self.best_others = self.theta, self.others
        self.limit = problem.loop.max_grad_norm
        self.t = 0

    def step(self) -> Tensor:
        """Updates every network once, on its next batch; the loss of each before that, (K,)."""
        which = self.batches.next()[self.seed_of_slot]
        masks = self._masks(self.theta) if self.masks else []
        loss, self.others = self.passes.gradients(self.theta, self.others, masks, self.train, which, self.gradient)
        self.t += 1
        if self.limit is not None:
            norm = torch.linalg.vector_norm(self.gradient, dim=1, keepdim=True)
            self.gradient *= (self.limit / (norm + 1e-6)).clamp(max=1.0)  # as clip_grad_norm_ has it
        for rows in self.rows:
            rows.step(self.t)
        return loss

    def evaluate(self, split: Split | Drawn, slots: Sequence[int] | None = None) -> Seen:
        """Loss and metric over all of `split`: of each network, or of these slots."""
        return self._evaluate(self.theta, self.others, split, slots)

    def remember(self, slots: Sequence[int]) -> None:
        """What these slots hold now is their best."""
        if slots:
            better = torch.zeros(len(self.theta), dtype=torch.bool, device=self.theta.device)
            better[list(slots)] = True
            self.best_theta = torch.where(better[:, None], self.theta, self.best_theta)
            self.best_others = {
                name: torch.where(better.view(-1, *[1] * (value.dim() - 1)), value, self.best_others[name])
                for name, value in self.others.items()
            }

    def evaluate_best(self, split: Split | Drawn, slots: Sequence[int]) -> Seen:
        """The same of what these slots held when they were best."""
        return self._evaluate(self.best_theta, self.best_others, split, slots)

    def _evaluate(self, theta: Tensor, others: Named, split: Split | Drawn, slots: Sequence[int] | None) -> Seen:
        if slots is not None and len(slots) < len(theta):
            theta, others = theta[slots], {name: value[slots] for name, value in others.items()}
        return self.passes.evaluate(theta, others, split)

    def dead_units(self, split: Split | Drawn, slots: Sequence[int]) -> Shares:
        """Which units of each layer are dead in these slots' networks, (slots, units)."""
        return self.passes.dead_units(
            self.theta[slots], {name: value[slots] for name, value in self.others.items()}, split
        )

    def finite(self) -> Tensor:
        """(K,): whether every parameter of a network is finite."""
        return self.theta.isfinite().all(dim=1)

    def keep(self, slots: Sequence[int]) -> None:
        """Goes on with these slots alone: the others are lost."""
        places = torch.tensor(slots, dtype=torch.long, device=self.theta.device)
        self.theta, self.seed_of_slot = self.theta[places], self.seed_of_slot[places]
        self.others = {name: value[places] for name, value in self.others.items()}
        self.best_theta = self.best_theta[places]
        self.best_others = {name: value[places] for name, value in self.best_others.items()}
        self.gradient = torch.empty_like(self.theta)
        kept, first, before = [], 0, 0
        for rows in self.rows:
            mine = [slot - before for slot in slots if before <= slot < before + len(rows.settings)]
            before += len(rows.settings)
            if mine:
                last = first + len(mine)
                kept.append(rows.keep(mine, self.theta[first:last], self.gradient[first:last]))
                first = last
        self.rows = kept

    def _masks(self, like: Tensor) -> list[Tensor]:
        """This step's dropout masks, (K, …) each: a seed's runs share them."""
        drawn = [[mask.draw(generator, like) for mask in self.masks] for generator in self.generators]
        return [torch.stack(of_mask)[self.seed_of_slot] for of_mask in zip(*drawn, strict=True)]


def _rule(method: Method) -> Rule:
    assert isinstance(method, Rule), "optimizers that are no rule are trained alone"
    assert stacks(method), "rules with norms, and those that look ahead, are trained alone"
    return method


def _side_by_side(configurations: Sequence[Configuration]) -> list[tuple[str, list[Configuration]]]:
    groups: list[tuple[str, list[Configuration]]] = []
    for configuration in configurations:
        if not groups or groups[-1][0] != configuration.rule:
            groups.append((configuration.rule, []))
        groups[-1][1].append(configuration)
    return groups
