"""One training run, and what was seen of it."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from ravine.lab.store.configuration import Configuration

CURVES = ("train_loss", "validation_loss", "validation_metric")


@dataclass(frozen=True)
class Run:
    """What training with one configuration showed. Losses are means over examples; an accuracy runs from 0 to 1.

    looks:      the steps after which the network was evaluated: 0 first, the budget last.
    train_loss: at each look, the mean loss of the batches since the look before; at 0, the loss of the first batch.
    validation_loss, validation_metric: at each look, over all validation data.
    test_loss, test_metric: after the last step, over all test data.
    diverged:   training and validation loss both ended above where they began, or one of them or a parameter stopped
        being finite; from then on a loss counts as inf and the metric as its worst. (A network that learns its examples
        by heart may end with a validation loss above its start, and has not diverged.)
    seconds:    its share of the wall time of the pass it was trained in: a measurement, which differs when run again.
    how:        "stacked 64": among 64 that were trained in one pass; or "alone".
    failed:     what the problem's own code raised, in a line, where that ended the run; it then counts as diverged.
    """

    configuration: Configuration
    looks: tuple[int, ...]
    train_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_metric: tuple[float, ...]
    test_loss: float
    test_metric: float
    diverged: bool
    seconds: float = field(compare=False)
    how: str = field(compare=False)
    failed: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what is infinite is None."""
        facts = {**asdict(self), "configuration": self.configuration.as_dict()}
        for name in CURVES:
            facts[name] = [_finite(value) for value in facts[name]]
        for name in ("test_loss", "test_metric"):
            facts[name] = _finite(facts[name])
        return facts

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "Run":
        """The inverse of `as_dict`. TypeError, ValueError, KeyError or AttributeError for anything else."""
        curves = {name: tuple(_number(value) for value in facts[name]) for name in CURVES}
        ends = {name: _number(facts[name]) for name in ("test_loss", "test_metric")}
        configuration = Configuration.from_dict(facts["configuration"])
        looks = tuple(_whole(step) for step in facts["looks"])
        if not looks or any(len(curve) != len(looks) for curve in curves.values()):
            raise ValueError("a curve has a value for each look, and there is one at least")
        if not (isinstance(facts["diverged"], bool) and isinstance(facts["how"], str)):
            raise TypeError("diverged is true or false, and how is text")
        seconds = float(_number(facts["seconds"]))
        return cls(**{**facts, **curves, **ends, "looks": looks, "configuration": configuration, "seconds": seconds})


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float | None) -> float:
    if value is None:
        return math.inf
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise TypeError("no number")
    return float(value)


def _whole(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no whole number")
    return value
