"""K networks that are chains of common layers: what is known needs no tracing, and its slopes are written out."""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from ravine.lab.engine.dead_units import DeadUnits, Shares, mixing
from ravine.lab.engine.evaluation import Seen, evaluate
from ravine.lab.engine.layers import Dense, Dropped, Layer, Pointwise
from ravine.lab.engine.losses import LOSSES
from ravine.lab.engine.network import Named, Network
from ravine.lab.engine.recognition import layers_of, loss_of_chain
from ravine.lab.problems.parts.objective import Outcome
from ravine.lab.problems.parts.split import Drawn, Split
from ravine.lab.problems.problem import Data, Problem


class Chain:
    """What `Network` is, for a chain alone.

    modules: dense layers, dropouts and activations, in order. loss: PyTorch's function of the problem's loss.
    """

    def __init__(self, problem: Problem, network: Network, modules: Sequence[nn.Module], loss: Callable[..., Tensor]):
        self.problem, self.modules, self.loss = problem, modules, LOSSES[loss]
        self.names, self.shapes, self.sizes = list(network.shapes), list(network.shapes.values()), network.sizes
        self.dead = DeadUnits(network.module)
        self.layers = [(_layer(module), _tensors(module)) for module in modules if getattr(module, "p", None) != 0]

    @classmethod
    def of(cls, problem: Problem, network: Network, data: Data) -> "Chain | None":
        """The network as a chain, if it is one for certain."""
        modules = layers_of(network.module, data)
        if modules is None:
            return None
        last = [module for module in modules if isinstance(module, nn.Linear)][-1]
        loss = loss_of_chain(problem, data, len(last.weight))
        return None if loss is None else cls(problem, network, modules, loss)

    def gradients(
        self, theta: Tensor, others: Named, masks: Sequence[Tensor], train: Split, which: Tensor, out: Tensor
    ) -> tuple[Tensor, Named]:
        """As `Network.gradients`."""
        batch = train.rows(which)
        with torch.no_grad():
            steps = list(self._with_tensors(theta, iter(masks)))
            features = _forward(steps, batch.inputs.flatten(2).transpose(1, 2))
            loss, slope = (of(features[-1], batch.targets) for of in self.loss)
            slopes = _backward(steps, features, slope)
            torch.cat([one.flatten(1) for of_layer in slopes for one in of_layer], dim=1, out=out)
        return loss, others

    def evaluate(self, theta: Tensor, others: Named, split: Split | Drawn) -> Seen:
        """As `Network.evaluate`."""
        steps = list(self._with_tensors(theta, None))

        def seen(batch: Split, scored: bool) -> Outcome:
            scores = batch.inputs.flatten(1).T.expand(len(theta), -1, -1)  # what all networks see
            for layer, own in steps:
                scores = layer.forward(own, scores)
            targets = batch.targets.expand(len(theta), *batch.targets.shape)
            return Outcome(self.loss.value(scores, targets), scores.transpose(1, 2))

        return evaluate(self.problem, split, len(theta), seen)

    def dead_units(self, theta: Tensor, others: Named, split: Split | Drawn) -> Shares:
        """As `Network.dead_units`."""
        steps = list(self._with_tensors(theta, None))

        def seen(batch: Split) -> tuple[Named, Named]:
            with torch.no_grad():
                features = _forward(steps, batch.inputs.flatten(1).T.expand(len(theta), -1, -1))
                scores = features[-1]
                mixed = mixing(scores[0].T).T.expand_as(scores)
                off = [y.amax(dim=2) <= 0 for (layer, _), y in zip(steps, features[1:], strict=True) if _dense(layer)]
                slopes = [one for of_layer in _backward(steps, features, mixed) for one in of_layer]
            return dict(zip(self.names, slopes, strict=True)), dict(zip(self.dead.parts, off, strict=True))

        return self.dead.gathered(seen, split, len(theta))

    def _with_tensors(self, theta: Tensor, masks: Iterator[Tensor] | None) -> Iterator[tuple[Layer, Sequence[Tensor]]]:
        """Each layer with its tensors; no dropouts where there are no masks, in evaluation."""
        parts = torch.split_with_sizes(theta, self.sizes, dim=1)
        left = iter([part.view(-1, *shape) for part, shape in zip(parts, self.shapes, strict=True)])
        for layer, tensors in self.layers:
            if not isinstance(layer, Dropped):
                yield layer, [next(left) for _ in range(tensors)]
            elif masks is not None:
                yield layer, [next(masks)]


def _forward(steps: Sequence[tuple[Layer, Sequence[Tensor]]], x: Tensor) -> list[Tensor]:
    """The features before each layer, and after the last."""
    features = [x]
    for layer, own in steps:
        features.append(layer.forward(own, features[-1]))
    return features


def _backward(
    steps: Sequence[tuple[Layer, Sequence[Tensor]]], features: list[Tensor], slope: Tensor
) -> list[Sequence[Tensor]]:
    """The slopes by each layer's tensors, from those by the last features; features are given up on the way."""
    found: list[Sequence[Tensor]] = []
    for place in reversed(range(len(steps))):
        layer, own = steps[place]
        slopes = layer.backward(own, features[place], features.pop(), slope, first=not place)
        found.append(slopes.own)
        slope = slope if slopes.features is None else slopes.features
    return found[::-1]


def _dense(layer: Layer) -> bool:
    return isinstance(layer, Dense)


def _layer(module: nn.Module) -> Layer:
    if isinstance(module, nn.Linear):
        return Dense()
    return Dropped() if isinstance(module, nn.Dropout) else Pointwise(module)


def _tensors(module: nn.Module) -> int:
    """How many parameters it has."""
    return len(list(module.parameters()))
