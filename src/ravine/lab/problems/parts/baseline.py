"""What the same answer to every input comes to: the commonest class, the mean of the targets. Less is no learning."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import torch
from torch import Tensor

from ravine.lab.metric import LOSS
from ravine.lab.problems.parts.measures import IGNORED, find_measure, whole
from ravine.lab.problems.problem import Problem

PART, PARTS = 1000, 100  # examples at once, and how often


class Baseline(NamedTuple):
    """The metric on test data of answering everything alike. answer: which answer that is."""

    answer: str
    metric: float


def baseline(problem: Problem) -> Baseline | None:
    """The best constant answer, found on training data; None where targets are no classes and no numbers."""
    data = problem.data()
    if problem.step is not None:
        return None
    try:
        train, test = (_targets(split.batches(PART)) for split in (data.train, data.test))
        if train is None or test is None or (problem.loss is None and problem.metric in (LOSS, "perplexity")):
            return None
        with torch.no_grad():
            found = [Baseline(name, _metric(problem, scores(test), test)) for name, scores in _answers(problem, train)]
    except Exception:  # a loss or metric of the user's may want other outputs than an answer without a network
        return None
    return max(found, key=lambda one: problem.metric.sign * one.metric, default=None)


def guessing(problem: Problem) -> float | None:
    """The loss on validation data of guessing each class by its share in training; None where there are no classes."""
    if problem.step is not None or problem.loss is None:
        return None
    data = problem.data()
    try:
        train, held_out = (_targets(split.batches(PART)) for split in (data.train, data.validation))
        if train is None or held_out is None:
            return None
        with torch.no_grad():
            losses = [
                float(problem.loss(found(held_out), held_out)) for _, found in _answers(problem, train) if found.classes
            ]
    except Exception:  # a loss of the user's may want other outputs than an answer without a network
        return None
    return losses[0] if losses and 0 < losses[0] < float("inf") else None


def _targets(batches: Iterator[object]) -> Tensor | None:
    parts = [batch.targets.cpu() for batch in islice(batches, PARTS) if isinstance(batch.targets, Tensor)]  # type: ignore[attr-defined]
    return torch.cat(parts) if parts else None


def _answers(problem: Problem, train: Tensor) -> Iterator[tuple[str, "_Alike"]]:
    """Each as its name, and what makes outputs like it for targets."""
    labels = bool(((train == 0) | (train == 1)).all()) and (train.is_floating_point() or train.dim() > 1)
    if whole(train) and not labels:
        shares = torch.bincount(train[train != IGNORED].flatten()).double()
        yield "the commonest class", _Alike((shares / shares.sum()).clamp(min=1e-9).log().float(), classes=True)
        return
    mean = train.double().mean(dim=0)
    if labels:
        yield "each label's commonest value", _Alike(mean.clamp(1e-6, 1 - 1e-6).logit().float())
    elif problem.metric == "mae":
        yield "the median", _Alike(train.double().median(dim=0).values.float())
    else:
        yield "the mean", _Alike(mean.float())


class _Alike(NamedTuple):
    """Outputs that are the same for every target: `answer`, of each class, or in the shape of a target."""

    answer: Tensor
    classes: bool = False

    def __call__(self, targets: Tensor) -> Tensor:
        if not self.classes:
            return self.answer.expand(targets.shape)
        outputs = self.answer.expand(*targets.shape, len(self.answer))
        return outputs.movedim(-1, 1)


def _metric(problem: Problem, outputs: Tensor, targets: Tensor) -> float:
    if problem.metric in (LOSS, "perplexity"):
        assert problem.loss is not None
        loss = float(problem.loss(outputs, targets))
        return float(torch.tensor(loss).exp()) if problem.metric == "perplexity" else loss
    measure = problem.measure or find_measure(str(problem.metric)).measure
    assert measure is not None
    return float(measure(outputs, targets))
