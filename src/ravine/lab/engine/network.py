"""A problem's network as a function of its parameters: K rows of P numbers are K networks, run in one pass."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, vmap

from ravine.lab.engine.dead_units import DeadUnits, Shares
from ravine.lab.engine.evaluation import Seen, evaluate
from ravine.lab.engine.randomness import Mask, masks_of, replayed
from ravine.lab.problems.own.fresh import fresh_network
from ravine.lab.problems.parts.objective import Outcome, called, outcome
from ravine.lab.problems.parts.split import Drawn, Split
from ravine.lab.problems.parts.tree import Tree
from ravine.lab.problems.problem import Problem

Named = dict[str, Tensor]


class Start(NamedTuple):
    """Where a seed's runs begin: the trained parameters (P,), and the rest of the network's tensors by name."""

    theta: Tensor
    others: Named


class Network:
    """The network of `problem`. Its parameters are flat, so that a rule updates K networks in one pass over memory.

    What is not trained (running averages of batch norm, frozen parameters) is carried beside them, a row for each too.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.module = fresh_network(problem.model, 0)
        self.shapes = {n: p.shape for n, p in self.module.named_parameters() if p.requires_grad}
        self.sizes = [shape.numel() for shape in self.shapes.values()]
        self._gradients = vmap(grad(self._loss, has_aux=True))
        self._outcomes = vmap(self._outcome, in_dims=(0, 0, None, None))

    def start(self, seed: int) -> Start:
        """What every optimizer and every setting starts from with this seed."""
        module = fresh_network(self.problem.model, seed)
        named = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        theta = torch.cat([named[name].detach().flatten() for name in self.shapes])
        return Start(theta, {name: value.detach() for name, value in named.items() if name not in self.shapes})

    def masks(self, batch: Split) -> list[Mask]:
        """The dropout masks that a forward pass on a batch asks for, in order."""
        module = fresh_network(self.problem.model, 0).to(batch.device).train()  # thrown away, with what this pass moves
        with torch.no_grad():
            return masks_of(lambda: called(module, batch.inputs))

    def gradients(
        self, theta: Tensor, others: Named, masks: Sequence[Tensor], train: Split, which: Tensor, out: Tensor
    ) -> tuple[Tensor, Named]:
        """The loss (K,) of each network on its own batch, and what `others` became.

        theta: (K, P). others, masks: with a row for each network. which: (K, B), the examples of `train` that it sees.
        out: (K, P), where the gradients are written.
        """
        self.module.train()
        batch = train.rows(which)
        gradients, (loss, moved) = self._gradients(
            self._named(theta), others, tuple(masks), batch.inputs, batch.targets
        )
        torch.cat([gradients[name].flatten(1) for name in self.shapes], dim=1, out=out)
        return loss, moved

    def evaluate(self, theta: Tensor, others: Named, split: Split | Drawn) -> Seen:
        """Loss and metric of each network over all of `split`, in evaluation mode: (K,) and (K,)."""
        self.module.eval()
        named = self._named(theta)

        def seen(batch: Split, scored: bool) -> Outcome:
            return Outcome(*self._outcomes(named, others, batch.inputs, batch.targets))

        return evaluate(self.problem, split, len(theta), seen)

    def dead_units(self, theta: Tensor, others: Named, split: Split | Drawn) -> Shares:
        """Which units of each layer are dead in each network, (K, units)."""
        return DeadUnits(self.module).stacked({**self._named(theta), **others}, split, len(theta))

    def _named(self, theta: Tensor) -> Named:
        parts = torch.split_with_sizes(theta, self.sizes, dim=1)
        return {name: part.view(-1, *shape) for part, (name, shape) in zip(parts, self.shapes.items(), strict=True)}

    def _outcome(self, named: Named, others: Named, inputs: Tree, targets: Tree) -> Outcome:
        def network(*arguments: Any, **keywords: Any) -> Any:
            return functional_call(self.module, {**named, **others}, arguments, keywords)

        return outcome(network, self.problem.loss, None, Split(inputs, targets))

    def _loss(
        self, named: Named, others: Named, masks: Sequence[Tensor], inputs: Tree, targets: Tree
    ) -> tuple[Tensor, tuple[Tensor, Named]]:
        moving = {name: value.clone() for name, value in others.items()}  # batch norm writes into its averages
        with replayed(masks) if masks else nullcontext():
            loss = self._outcome(named, moving, inputs, targets).loss
        return loss, (loss, moving)
