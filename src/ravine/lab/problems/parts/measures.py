"""The metrics that have a name: how each is computed from a network's outputs over all examples, and their targets.

Outputs are logits where targets are classes or labels. Those that take more than a line are scikit-learn's.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from ravine.errors import RavineError, unknown
from ravine.lab.metric import ACCURACY, LOSS, Metric

IGNORED = -100  # a target that PyTorch's cross-entropy passes over
Measure = Callable[[Tensor, Tensor], float]


class Measured(NamedTuple):
    """A metric; and what computes it from outputs and targets, None where the loss says it."""

    metric: Metric
    measure: Measure | None


def find_measure(given: object, greater_is_better: bool = True) -> Measured:
    """A metric by its name, or a function (outputs, targets) → number over all examples. RavineError for others."""
    if callable(given):
        name = getattr(given, "__name__", type(given).__name__).strip("<>").replace("_", "-")
        return Measured(Metric(name, greater_is_better), given)
    if not isinstance(given, str):
        raise RavineError(f"metric must be a name, such as 'accuracy', or a function of outputs and targets: {given!r}")
    if match := re.fullmatch(r"top-(\d+)", given):
        return Measured(Metric(given, share=True), partial(top_k, k=int(match[1])))
    if given not in KNOWN:
        raise unknown("metric", given, (*KNOWN, "top-5"))
    return KNOWN[given]


def accuracy(outputs: Tensor, targets: Tensor, threshold: float = 0.0) -> float:
    """The share of targets that are met: of examples, of pixels or tokens (those of -100 left out), or of labels."""
    right, counted = hits(outputs, targets, threshold)
    return float(right.sum() / counted.sum())


def hits(outputs: Tensor, targets: Tensor, threshold: float = 0.0) -> tuple[Tensor, Tensor]:
    """Which targets are met, and which count: both in the targets' shape."""
    decided = decisions(outputs, targets, threshold)
    counted = targets != IGNORED
    return (decided == targets) & counted, counted


def decisions(outputs: Tensor, targets: Tensor, threshold: float = 0.0) -> Tensor:
    """The class of the highest score, or whether a lone logit is above the threshold, in the targets' shape."""
    if outputs.dim() == targets.dim() + 1 and outputs.shape[-1] != 1:
        by_classes = outputs.shape[:1] + outputs.shape[2:] == targets.shape
        return outputs.argmax(dim=1 if by_classes else -1)
    return (outputs.reshape(targets.shape) > threshold).to(targets.dtype)


def top_k(outputs: Tensor, targets: Tensor, k: int) -> float:
    """The share of examples whose class is among the k of the highest scores."""
    return float((outputs.topk(min(k, outputs.shape[1]), dim=1).indices == targets[:, None]).any(dim=1).double().mean())


def macro_f1(outputs: Tensor, targets: Tensor) -> float:
    """The mean over classes, or over labels, of the F1 score."""
    from sklearn.metrics import f1_score

    return float(f1_score(*_counted(outputs, targets), average="macro", zero_division=0))


def iou(outputs: Tensor, targets: Tensor) -> float:
    """The mean over classes of the intersection over the union."""
    from sklearn.metrics import jaccard_score

    return float(jaccard_score(*_counted(outputs, targets), average="macro", zero_division=0))


def auc(outputs: Tensor, targets: Tensor) -> float:
    """The area under the ROC curve: of one logit or two, of labels (their mean), or of each class against the rest."""
    from sklearn.metrics import roc_auc_score

    if outputs.dim() == targets.dim() + 1 and outputs.shape[-1] == 2:
        outputs = outputs[..., 1] - outputs[..., 0]
    elif outputs.dim() == targets.dim() + 1 and outputs.shape[-1] > 2:
        return float(roc_auc_score(targets.numpy(), outputs.double().softmax(dim=1).numpy(), multi_class="ovr"))
    return float(roc_auc_score(targets.numpy(), outputs.reshape(targets.shape).numpy()))


def mae(outputs: Tensor, targets: Tensor) -> float:
    """The mean absolute error."""
    return float((outputs.reshape(targets.shape).double() - targets).abs().mean())


def rmse(outputs: Tensor, targets: Tensor) -> float:
    """The root of the mean squared error."""
    return float((outputs.reshape(targets.shape).double() - targets).square().mean().sqrt())


def r2(outputs: Tensor, targets: Tensor) -> float:
    """The coefficient of determination; the mean over several targets."""
    from sklearn.metrics import r2_score

    return float(r2_score(targets.numpy(), outputs.reshape(targets.shape).numpy()))


def _counted(outputs: Tensor, targets: Tensor) -> tuple[object, object]:
    decided = decisions(outputs, targets)
    if outputs.shape == targets.shape and targets.dim() == 2 and targets.shape[1] > 1:
        return targets.numpy(), decided.numpy()  # labels, each with a score of its own
    counted = targets != IGNORED
    return targets[counted].numpy(), decided[counted].numpy()


KNOWN = {
    "accuracy": Measured(ACCURACY, accuracy),
    "loss": Measured(LOSS, None),
    "perplexity": Measured(Metric("perplexity", greater_is_better=False), None),
    "macro-f1": Measured(Metric("macro-f1"), macro_f1),
    "auc": Measured(Metric("auc"), auc),
    "iou": Measured(Metric("iou"), iou),
    "mae": Measured(Metric("mae", greater_is_better=False), mae),
    "rmse": Measured(Metric("rmse", greater_is_better=False), rmse),
    "r2": Measured(Metric("r2"), r2),
}


def whole(tensor: Tensor) -> bool:
    """Whether it holds whole numbers, such as classes."""
    return not (tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool)
