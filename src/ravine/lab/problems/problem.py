"""A problem: data, a network, a loss, and how long training may take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a name that is no problem is refused without torch
    from torch import Tensor
    from torch.nn import Module


@dataclass(frozen=True, eq=False)
class Split:
    """Examples: inputs (n, …) and the class of each, (n,) whole numbers from 0."""

    inputs: "Tensor"
    targets: "Tensor"

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, eq=False)
class Data:
    """Training changes the parameters, validation chooses the learning rate, the test is only reported."""

    train: Split
    validation: Split
    test: Split


@dataclass(frozen=True, eq=False)
class Problem:
    """What to train, and on what; the metric is accuracy, the share of examples classified right.

    network, preprocessing: what a reader must know to do it again, one line each.
    data:   gives the examples. model: gives a network with fresh weights from torch's random generator.
    loss:   (scores (n, classes), targets (n,)) → the mean loss of a batch.
    epochs: passes over the training data, unless the caller says otherwise.
    evaluate_every: steps between two looks at the validation data.
    target: the validation accuracy, from 0 to 1, that "steps to target" counts to.
    """

    name: str
    title: str
    network: str
    preprocessing: str
    data: "Callable[[], Data]"
    model: "Callable[[], Module]"
    loss: "Callable[[Tensor, Tensor], Tensor]"
    batch_size: int
    epochs: int
    evaluate_every: int
    target: float
