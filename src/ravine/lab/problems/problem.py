"""A problem: data, a network, a loss, and how long training may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from ravine.errors import RavineError, unknown
from ravine.lab.metric import ACCURACY, Metric, as_metric
from ravine.lab.problems.parts.loop import Loop

if TYPE_CHECKING:  # a name that is no problem is refused without torch
    from torch import Tensor
    from torch.nn import Module

    from ravine.lab.problems.check.found import Checked
    from ravine.lab.problems.parts.split import Drawn, Split

    Examples = Split | Drawn

LARGEST = 1e30  # number of a problem's own: its square overflows nothing in 64 bits


@dataclass(frozen=True, eq=False)
class Data:
    """Training changes the parameters, validation chooses the settings, the test is only reported."""

    train: "Examples"
    validation: "Examples"
    test: "Examples"


@dataclass(frozen=True, eq=False)
class Problem:
    """What to train, and on what. Everything in it can be pickled, so that other processes can train it.

    network, preprocessing: what a reader must know to do it again, one line each.
    data:   gives the examples. model: gives a network with fresh weights from torch's random generator.
    loss:   (outputs (n, …), targets (n, …)) → the mean loss of a batch; None where the outputs have a `.loss`.
    epochs: passes over the training data, unless the caller says otherwise.
    evaluate_every: steps between two looks at the validation data.
    target: the validation metric that "steps to target" counts to; None where there is none worth naming.
    metric: what counts. measure: computes it from all outputs and targets; None where the metric's name says how.
    step:   (model, batch) → the loss, in place of calling the model and the loss. loop: what else a step does.
    patience: looks at validation data without a better one after which a run stops early; None is never.
    own: whether it is a user's. file: the file that defines it.
    settings: the problem's own numbers, by name. build: makes the problem of other numbers.
    """

    name: str
    title: str
    network: str
    preprocessing: str
    data: "Callable[[], Data]"
    model: "Callable[..., Module]"
    loss: "Callable[[Tensor, Tensor], Tensor] | None"
    batch_size: int
    epochs: int
    evaluate_every: int
    target: float | None
    metric: Metric = ACCURACY
    measure: "Callable[[Tensor, Tensor], float] | None" = None
    step: "Callable[[Module, Any], Tensor] | None" = None
    loop: Loop = Loop()  # noqa: RUF009 - it cannot be changed
    patience: int | None = None
    own: bool = False
    file: str | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    build: "Callable[..., Problem] | None" = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "metric", as_metric(self.metric))

    def with_settings(self, settings: Mapping[str, float]) -> "Problem":
        """This problem with other numbers; RavineError for names that it does not have, and for values out of range."""
        for name, value in settings.items():
            if name not in self.settings:
                if not self.settings:
                    raise RavineError(f"{self.name} has no settings; remove {name}")
                raise unknown(f"setting of {self.name}", name, self.settings)
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
                raise RavineError(f"{self.name}: {name} must be a finite number, not {value!r}")
        changed = {**self.settings, **settings}
        return self if self.build is None or changed == self.settings else self.build(**changed)

    def with_arguments(self, arguments: Mapping[str, Any]) -> "Problem":
        """This problem whose `model` is called with these arguments."""
        return replace(self, model=partial(self.model, **arguments)) if arguments else self

    @property
    def alone(self) -> str | None:
        """Why its networks cannot be stacked, as far as that is known beforehand; None where they may be."""
        from ravine.lab.problems.parts.split import Drawn

        if isinstance(self.data().train, Drawn):
            return "its batches are drawn by a DataLoader"
        return "it takes its steps itself" if self.step is not None else self.loop.alone

    def check(
        self, *, quick: bool = False, on_part: "Callable[[int, int], None]" = lambda done, total: None
    ) -> "Checked":
        """What is likely to go wrong when it is trained, within about a minute. quick: a second's look.

        on_part: hears how many of the parts are done.
        """
        from ravine.lab.problems.check.check import check  # with torch
        from ravine.lab.problems.check.found import Subject

        data = self.data()
        splits = {"train": data.train, "validation": data.validation, "test": data.test}
        pairs = {key: (getattr(one, "inputs", None), getattr(one, "targets", None)) for key, one in splits.items()}
        loss = self.loss if self.step is None else None
        return check(Subject.of(self.name, self.model, loss, pairs, self.batch_size), quick, on_part)

    def fingerprint(self) -> str:
        """64 hexadecimal digits of all examples and of what defines the network and the loss, this problem's alone."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        from ravine.lab.problems.fingerprint.dissection import dissect
        from ravine.lab.problems.fingerprint.fingerprint import fingerprint  # with torch

        facts = [self.name, self.network, self.preprocessing, str(self.metric), repr(sorted(self.settings.items()))]
        further = {**self.loop.chosen, "step": self.step, "measure": self.measure}
        facts += [f"{name} {dissect(value)}" for name, value in further.items() if value is not None]
        data = self.data()
        contents = (part for split in (data.train, data.validation, data.test) for part in split.contents())
        return fingerprint(facts, self.model, self.loss, contents)
