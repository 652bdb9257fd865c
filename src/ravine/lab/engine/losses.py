"""PyTorch's losses, of K networks at a time, with their slopes: scores are (K, C, B), examples last."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


class Loss(NamedTuple):
    """value: (scores, targets) → the mean over each network's examples, (K,). slope: → its slope by the scores."""

    value: Callable[[Tensor, Tensor], Tensor]
    slope: Callable[[Tensor, Tensor], Tensor]


def _cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    return torch.log_softmax(scores, dim=1).gather(1, targets[:, None]).flatten(1).mean(dim=1).neg()


def _cross_entropy_slope(scores: Tensor, targets: Tensor) -> Tensor:
    """targets: (K, B). Shares of the classes, less 1 at the right one."""
    shares = torch.softmax(scores, dim=1)
    less = scores.new_full((1, 1, 1), -1.0).expand(len(scores), 1, scores.shape[2])
    return shares.scatter_add_(1, targets[:, None], less).div_(scores.shape[2])


def _squares(scores: Tensor, targets: Tensor) -> Tensor:
    """targets: (K, B, C)."""
    return (scores - targets.transpose(1, 2)).square_().flatten(1).mean(dim=1)


def _squares_slope(scores: Tensor, targets: Tensor) -> Tensor:
    return (scores - targets.transpose(1, 2)).mul_(2 / scores[0].numel())


def _labels(scores: Tensor, targets: Tensor) -> Tensor:
    """targets: (K, B, C)."""
    each = functional.binary_cross_entropy_with_logits(scores, targets.transpose(1, 2), reduction="none")
    return each.flatten(1).mean(dim=1)


def _labels_slope(scores: Tensor, targets: Tensor) -> Tensor:
    return torch.sigmoid(scores).sub_(targets.transpose(1, 2)).div_(scores[0].numel())


LOSSES = {
    functional.cross_entropy: Loss(_cross_entropy, _cross_entropy_slope),
    functional.mse_loss: Loss(_squares, _squares_slope),
    functional.binary_cross_entropy_with_logits: Loss(_labels, _labels_slope),
}
