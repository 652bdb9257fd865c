"""A problem's network as a function of its parameters: K rows of P numbers are K networks, run in one pass."""

import torch
from torch import Tensor
from torch.func import functional_call, grad, vmap

from ravine.lab.problems import Problem, Split


class Network:
    """The network of `problem`, its parameters flat so that a rule updates K networks with one line of arithmetic."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.module = problem.model()
        self.shapes = {name: parameter.shape for name, parameter in self.module.named_parameters()}
        self._gradients = vmap(grad(self._loss))
        self._scores_of_all = vmap(self._scores, in_dims=(0, None))
        self._loss_of_all = vmap(problem.loss, in_dims=(0, None))

    def start(self, seed: int) -> Tensor:
        """(P,): the parameters that every optimizer and every rate starts from with this seed."""
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(seed)
            module = self.problem.model()
        return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])

    def gradients(self, theta: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """(K, P): the gradient of each network's loss at theta (K, P) on its own batch, x (K, B, …) and y (K, B)."""
        gradients = self._gradients(self._named(theta), x, y)
        return torch.cat([gradients[name].flatten(1) for name in self.shapes], dim=1)

    def evaluate(self, theta: Tensor, split: Split) -> tuple[Tensor, Tensor]:
        """Accuracy, from 0 to 1, and loss of each network over all of `split`: (K,) and (K,)."""
        with torch.no_grad():
            scores = self._scores_of_all(self._named(theta), split.inputs)
            loss = self._loss_of_all(scores, split.targets)
        right = scores.argmax(dim=-1) == split.targets
        return right.double().mean(dim=-1), loss.double()

    def _named(self, theta: Tensor) -> dict[str, Tensor]:
        parts = torch.split_with_sizes(theta, [shape.numel() for shape in self.shapes.values()], dim=1)
        return {name: part.view(-1, *shape) for part, (name, shape) in zip(parts, self.shapes.items(), strict=True)}

    def _scores(self, named: dict[str, Tensor], x: Tensor) -> Tensor:
        scores: Tensor = functional_call(self.module, named, (x,))
        return scores

    def _loss(self, named: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return self.problem.loss(self._scores(named, x), y)
