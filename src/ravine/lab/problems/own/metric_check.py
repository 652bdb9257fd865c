"""The metric that outputs and targets suggest, or the one asked for where they suit it."""

from typing import Any

import torch
from torch import Tensor

from ravine.errors import RavineError
from ravine.lab.metric import LOSS
from ravine.lab.problems.own.users_code import ran
from ravine.lab.problems.parts.measures import IGNORED, KNOWN, Measured, find_measure
from ravine.lab.problems.parts.objective import scores_of
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.parts.tree import Tree, dtype, shapes
from ravine.lab.problems.problem import Data

OF_NUMBERS = ("mae", "rmse", "r2")
WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)


def fitting_metric(name: str, outputs: Any, y: Tree, data: Data, metric: object, greater_is_better: bool) -> Measured:
    scores = scores_of(outputs)
    classes = [split.targets for split in (data.train, data.validation, data.test) if isinstance(split, Split)]
    if len(classes) < 3:
        classes = [y]  # of what is drawn, the first batch tells
    single = isinstance(scores, Tensor) and isinstance(y, Tensor) and all(isinstance(t, Tensor) for t in classes)
    sorts = single and scores.dim() == 2 and len(scores) == len(y)
    sorts = sorts and all(t.dim() == 1 and t.dtype in WHOLE for t in classes)
    chosen = find_measure(metric or ("accuracy" if sorts else "loss"), greater_is_better)
    if chosen.metric in (LOSS, "perplexity"):
        return chosen
    if not single:
        raise RavineError(
            f"{name}: {chosen.metric} needs outputs and targets that are one tensor each, or outputs with .logits; the "
            f"network returned {shapes(outputs)} for targets {shapes(y)}; or choose metric 'loss'"
        )
    if chosen.metric in OF_NUMBERS and scores.numel() != y.numel():
        raise RavineError(
            f"{name}: {chosen.metric} needs an output for each target; the network returned {tuple(scores.shape)} for "
            f"targets {tuple(y.shape)}"
        )
    if chosen.metric.share or (chosen.metric in KNOWN and chosen.metric not in OF_NUMBERS):
        _check_classes(name, chosen, scores, y, classes)
    return chosen


def _check_classes(name: str, chosen: Measured, scores: Tensor, y: Tensor, classes: list[Tensor]) -> None:
    """RavineError unless scores are of classes at axis 1 or the last, or one for each target."""
    last, second = scores.shape[:-1] == y.shape, scores.shape[:1] + scores.shape[2:] == y.shape
    alike = scores.numel() == y.numel() and len(scores) == len(y)
    if alike and scores.dim() - y.dim() in (0, 1) and _logits(classes):
        return
    if not (all(t.dtype in WHOLE for t in classes) and scores.dim() == y.dim() + 1 and (last or second)):
        raise RavineError(
            f"{name}: {chosen.metric} needs outputs (n, classes) and targets (n,) of whole numbers, or one logit for "
            f"each target of 0 or 1; the network returned {tuple(scores.shape)} for targets {tuple(y.shape)} of "
            f"{dtype(y)}; or choose metric 'loss'"
        )
    known = [t[t != IGNORED] for t in classes]
    low, high = min(int(t.min()) for t in known), max(int(t.max()) for t in known)
    count = scores.shape[1] if second else scores.shape[-1]
    if low == 1 and high == count:
        raise RavineError(
            f"{name}: targets run from 1 to {high}, and classes count from 0: shift them, as in targets - 1"
        )
    if low == -1 and high == 1 and not any((t == 0).any() for t in known):
        raise RavineError(
            f"{name}: targets are -1 and 1, and classes count from 0: give them as 0 and 1, as in (targets + 1) // 2"
        )
    if low < 0:
        raise RavineError(
            f"{name}: targets run from {low} to {high}, and classes count from 0; what the loss leaves out is {IGNORED}"
        )
    if high >= count:
        raise RavineError(
            f"{name}: the network returns {count} scores, and targets run from {low} to {high}; "
            f"classes count from 0, so it must return {high + 1}"
        )


def _logits(classes: list[Tensor]) -> bool:
    """Whether every target is 0 or 1, and some are 1."""
    return all(bool(((t == 0) | (t == 1)).all()) for t in classes) and any(bool((t == 1).any()) for t in classes)


def try_metric(what: str, chosen: Measured, scores: Any, y: Any) -> None:
    """Tries a function of the user's; of those that have a name, a batch may lack a class."""
    if chosen.metric in KNOWN or chosen.metric.share or chosen.measure is None:
        return
    measure = chosen.measure
    value = ran(f"{what}the metric {chosen.metric}", lambda: measure(scores.float().cpu(), y.cpu()))
    try:
        float(value)
    except (TypeError, ValueError):
        raise RavineError(f"{what}the metric {chosen.metric} must be one number, not {shapes(value)}") from None
