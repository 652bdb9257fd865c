"""Which units of networks are dead, seen on the side: a training is the same to the bit with and without it."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from ravine.errors import RavineError
from ravine.lab.engine.evaluation import ROWS
from ravine.lab.problems.parts.objective import called, scores_of
from ravine.lab.problems.parts.split import EVALUATION, Chance, Drawn, Split
from ravine.lab.problems.parts.tree import Tree
from ravine.monitor.layers import BATCH_NORMS, WEIGHTED, described, looked_at, owners_of

ENOUGH = 256  # examples for which a unit must be off
FEWEST = 160  # of so few that it says nothing, as in `ravine.monitor`
Named = Mapping[str, Tensor]
Shares = dict[str, Tensor]


class DeadUnits:
    """Looks at networks of one shape, through a copy of one of them in evaluation mode.

    Dead is a unit whose output, before any activation, is above 0 for no example, and through whose weights and bias
    nothing that the network gives can be changed. The loss is not asked: it may keep a state of its own.
    """

    def __init__(self, module: nn.Module):
        self.module = copy.deepcopy(module).eval()
        kinds = (*WEIGHTED, BATCH_NORMS)
        self.parts = {name: part for name, part in looked_at(self.module).items() if isinstance(part, kinds)}
        owners, shaped = owners_of(self.module, self.parts)
        by_unit = {n: p for n, p in self.module.named_parameters() if p.dim() == 1 or id(p) in shaped}
        trained = {name: owners[id(p)] for name, p in by_unit.items() if p.requires_grad}
        self.owners = {name: layer for name, layer in trained.items() if layer in self.parts}
        self.titles = {name: described(name, part) for name, part in self.parts.items()}

    def stacked(self, named: Named, split: Split | Drawn, networks: int) -> Shares:
        """For each layer by title: which of its units are dead, (K, units). named: with a row for each network."""
        return self._seen(vmap(grad(self._answer, has_aux=True), in_dims=(0, 0, None)), named, split, networks)

    def alone(self, named: Named, split: Split | Drawn) -> Shares:
        """The same of one network, (1, units)."""
        one = self._seen(grad(self._answer, has_aux=True), named, split, 1)
        return {title: dead[None] for title, dead in one.items()}

    def _seen(self, of: Callable[..., Any], named: Named, split: Split | Drawn, networks: int) -> Shares:
        weights = {name: named[name] for name in self.owners}
        others = {name: value for name, value in named.items() if name not in weights}
        return self.gathered(lambda batch: of(weights, others, batch.inputs), split, networks)

    def gathered(self, of: Callable[[Split], tuple[Named, Named]], split: Split | Drawn, networks: int) -> Shares:
        """The same, where `of` says of a batch: gradients of what is given by parameter, units off by layer."""
        dead: Shares = {}
        examples = 0
        with Chance(EVALUATION):
            for batch in split.batches(max(1, min(ENOUGH, ROWS // networks))):
                gradients, off = of(batch)
                for name, gradient in gradients.items():
                    title, wide = self.titles[self.owners[name]], off.get(self.owners[name])
                    if wide is not None and gradient.shape[: wide.dim()] == wide.shape:
                        still = gradient.reshape(*wide.shape, -1).abs().sum(-1) == 0
                        dead[title] = dead.get(title, True) & still & wide
                examples += len(batch)
                if examples >= ENOUGH:
                    break
        return dead if examples >= FEWEST else {}

    def _answer(self, weights: Named, others: Named, inputs: Tree) -> tuple[Tensor, dict[str, Tensor]]:
        """A number that depends on all that the network gives, and which units are off."""
        off: dict[str, Tensor] = {}
        handles = [part.register_forward_hook(_watch(name, off)) for name, part in self.parts.items()]
        try:
            given = called(lambda *a, **k: functional_call(self.module, {**weights, **others}, a, k), inputs)
        finally:
            for handle in handles:
                handle.remove()
        scores = scores_of(given)
        if not scores.requires_grad:
            raise RavineError("in evaluation mode this network keeps no graph")
        return (scores * mixing(scores)).sum(), off


def mixing(scores: Tensor) -> Tensor:
    """A factor for each score, with which their sum depends on all of them."""
    return torch.arange(1, scores.numel() + 1, device=scores.device).sin().to(scores.dtype).view(scores.shape)


def _watch(name: str, off: dict[str, Tensor]) -> Callable[..., None]:
    def see(part: nn.Module, given: tuple[Any, ...], output: Tensor) -> None:
        if output.dim() < 2:
            return  # one example, and no batch
        channel = output.dim() - 1 if isinstance(part, nn.Linear) else 1
        now = output.detach().amax([axis for axis in range(output.dim()) if axis != channel]) <= 0
        off[name] = off[name] & now if name in off else now

    return see
