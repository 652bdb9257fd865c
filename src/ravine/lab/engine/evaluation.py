"""Loss and metric over a whole split, a part at a time so that memory stays small."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ravine.lab.problems.problem import Problem, Split

PART = 1000  # examples in one pass, at most
ROWS = 1 << 15  # networks × examples in one pass, at most: for memory's sake


class Seen(NamedTuple):
    """Of each of K networks, in float64: (K,) and (K,)."""

    loss: Tensor
    metric: Tensor


def evaluate(
    problem: Problem,
    split: Split,
    networks: int,
    outputs_of: Callable[[Tensor], Tensor],
    loss_of: Callable[[Tensor, Tensor], Tensor],
) -> Seen:
    """Means over the examples. `outputs_of` gives outputs (K, n, …) for inputs (n, …); `loss_of` their losses (K,)."""
    losses, hits = [], []
    part = max(1, min(PART, ROWS // networks))
    with torch.no_grad():
        for first in range(0, len(split), part):
            x, y = split.inputs[first : first + part], split.targets[first : first + part]
            outputs = outputs_of(x)
            losses.append(loss_of(outputs, y).double() * len(y))
            if problem.metric == "accuracy":
                hits.append((outputs.argmax(dim=-1) == y).sum(dim=-1))
    loss = torch.stack(losses).sum(dim=0) / len(split)
    return Seen(loss, torch.stack(hits).sum(dim=0).double() / len(split) if hits else loss)
