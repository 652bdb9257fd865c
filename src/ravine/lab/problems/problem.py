"""A problem: data, a network, a loss, and how long training may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ravine.errors import RavineError, unknown
from ravine.lab.metric import ACCURACY, Metric, as_metric

if TYPE_CHECKING:  # a name that is no problem is refused without torch
    from torch import Tensor
    from torch.nn import Module


@dataclass(frozen=True, eq=False)
class Split:
    """Examples: inputs (n, …) and the target of each, (n, …); for accuracy its class, (n,) whole numbers from 0."""

    inputs: "Tensor"
    targets: "Tensor"

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, eq=False)
class Data:
    """Training changes the parameters, validation chooses the settings, the test is only reported."""

    train: Split
    validation: Split
    test: Split


@dataclass(frozen=True, eq=False)
class Problem:
    """What to train, and on what. Everything in it can be pickled, so that other processes can train it.

    network, preprocessing: what a reader must know to do it again, one line each.
    data:   gives the examples. model: gives a network with fresh weights from torch's random generator.
    loss:   (outputs (n, …), targets (n, …)) → the mean loss of a batch.
    epochs: passes over the training data, unless the caller says otherwise.
    evaluate_every: steps between two looks at the validation data.
    metric: "accuracy", the share of examples classified right (the higher the better), or "loss" (the lower).
    target: the validation metric that "steps to target" counts to; None where there is none worth naming.
    patience: looks at validation data without a better one after which a run stops early; None is never.
    settings: the problem's own numbers, by name. build: makes the problem of other numbers.
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
    target: float | None
    metric: Metric = ACCURACY
    patience: int | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    build: "Callable[..., Problem] | None" = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "metric", as_metric(self.metric))

    def with_settings(self, settings: Mapping[str, float]) -> "Problem":
        """This problem with other numbers; RavineError for names that it does not have, and for values out of range."""
        for name in settings:
            if name not in self.settings:
                if not self.settings:
                    raise RavineError(f"{self.name} has no settings; remove {name}")
                raise unknown(f"setting of {self.name}", name, self.settings)
        changed = {**self.settings, **settings}
        return self if self.build is None or changed == self.settings else self.build(**changed)

    def fingerprint(self) -> str:
        """64 hexadecimal digits of all examples and of what defines the network and the loss, this problem's alone."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        from ravine.lab.problems.fingerprint.fingerprint import fingerprint  # with torch

        facts = (self.name, self.network, self.preprocessing, self.metric, repr(sorted(self.settings.items())))
        data = self.data()
        splits = (data.train, data.validation, data.test)
        tensors = [tensor for split in splits for tensor in (split.inputs, split.targets)]
        return fingerprint(facts, self.model, self.loss, tensors)
