"""Loss and metric over a whole split, a part at a time so that memory stays small."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ravine.errors import RavineError
from ravine.lab.metric import ACCURACY, LOSS
from ravine.lab.problems.parts.measures import find_measure, hits
from ravine.lab.problems.parts.objective import Outcome
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Problem

PART = 1000  # examples in one pass, at most
ROWS = 1 << 15  # networks × examples in one pass, at most: for memory's sake


class Seen(NamedTuple):
    """Of each of K networks, in float64: (K,) and (K,)."""

    loss: Tensor
    metric: Tensor


def evaluate(problem: Problem, split: Any, networks: int, outcomes: Callable[[Split, bool], Outcome]) -> Seen:
    """Means over the examples. `outcomes` gives losses (K,) and scores (K, n, …) of a batch."""
    losses, examples = [], 0
    metric = _Metric(problem, networks)
    with torch.no_grad():
        for batch in split.batches(max(1, min(PART, ROWS // networks))):
            found = outcomes(batch, metric.scored)
            losses.append(found.loss.double() * len(batch))
            examples += len(batch)
            metric.add(found.scores, batch.targets)
    loss = torch.stack(losses).sum(dim=0) / examples
    return Seen(loss, metric.of(loss))


class _Metric:
    """The problem's metric, gathered over the parts of a split: counted where it can be, else from all scores."""

    def __init__(self, problem: Problem, networks: int):
        self.problem, self.networks = problem, networks
        self.name = problem.metric
        self.counts = self.name == ACCURACY and problem.measure is None
        self.scored = self.name not in (LOSS, "perplexity")
        self.right: list[Tensor] = []
        self.counted = 0
        self.scores: list[Tensor] = []
        self.targets: list[Tensor] = []

    def add(self, scores: Tensor | None, targets: Tensor) -> None:
        if not self.scored:
            return
        if scores is None:
            raise RavineError(f"{self.problem.name}: {self.name} needs outputs that are one tensor, or have .logits")
        if self.counts and scores.dim() == targets.dim() + 2 == 3:  # of K networks, one class for each example
            best = scores.max(dim=-1).indices  # the first of equals, as argmax, in a fifth of its time
            self.right.append((best == targets).sum(dim=-1))
            self.counted += len(targets)
        elif self.counts:
            found = [hits(of_one, targets) for of_one in scores]
            self.right.append(torch.stack([right.sum() for right, _ in found]))
            self.counted += int(found[0][1].sum())
        else:
            self.scores.append(scores.detach().cpu())
            self.targets.append(targets.cpu())

    def of(self, loss: Tensor) -> Tensor:
        """(K,): the metric of each network."""
        if self.counts:
            return torch.stack(self.right).sum(dim=0).double() / self.counted
        if not self.scored:
            return loss.exp() if self.name == "perplexity" else loss
        measure = self.problem.measure or find_measure(str(self.name)).measure
        targets = torch.cat(self.targets)
        assert measure is not None
        values = [
            float(measure(scores.float(), targets)) if scores.isfinite().all() else self.name.worst
            for scores in torch.cat(self.scores, dim=1)
        ]
        return torch.tensor(values, dtype=torch.float64, device=loss.device)
