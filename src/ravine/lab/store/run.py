"""One training run, and what was seen of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ravine.lab.metric import ACCURACY, LOSS, Metric
from ravine.lab.store.configuration import Configuration

CURVES = ("train_loss", "validation_loss", "validation_metric")
Judge = Literal["last", "best"]


class Result(NamedTuple):
    """A network as it was after `step`. The training loss is the mean since the look before."""

    step: int
    train_loss: float
    validation_loss: float
    validation_metric: float
    test_loss: float
    test_metric: float


class LayerUnits(NamedTuple):
    """A layer with dead units: off for every one of some validation examples, and without any gradient.

    layer: as a person calls it. units: how many it has. dead_at_first, dead: how many were dead before training, and
    after the last step.
    """

    layer: str
    units: int
    dead_at_first: int
    dead: int


@dataclass(frozen=True)
class Run:
    """What training with one configuration showed. Losses are means over examples; an accuracy runs from 0 to 1.

    looks:      the steps after which the network was evaluated: 0 first, then every so many, the last at which it
        ends. A run that stopped early for want of patience ends at one of them.
    train_loss: at each look, the mean loss of the batches since the look before; at 0, the loss of the first batch.
    validation_loss, validation_metric: at each look, over all validation data.
    test_loss, test_metric: after the last step, over all test data.
    diverged:   training and validation loss both ended above where they began, or one of them or a parameter stopped
        being finite; from then on a loss counts as inf and the metric as its worst. (A network that learns its examples
        by heart may end with a validation loss above its start, and has not diverged.)
    seconds:    its share of the wall time of the pass it was trained in: a measurement, which differs when run again.
    how:        "stacked 64": among 64 that were trained in one pass; or "alone".
    failed:     what the problem's own code raised, in a line, where that ended the run; it then counts as diverged.
    best_test_loss, best_test_metric: over all test data at the best look (see `best`); None where nobody looked.
    metric:     what the metric is.
    layers:     those with dead units; None where that was not looked at, as in runs of earlier versions.
    judged:     which of the two ends counts as the result. It is the study's to say, and is not stored.
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
    best_test_loss: float | None = None
    best_test_metric: float | None = None
    metric: Metric = ACCURACY
    layers: tuple[LayerUnits, ...] | None = None
    judged: Judge = field(default="last", compare=False)

    @property
    def best(self) -> int:
        """The number of the best look: by validation metric; of equals by validation loss, then the first."""
        sign = self.metric.sign
        worth = [(sign * m, -loss) for m, loss in zip(self.validation_metric, self.validation_loss, strict=True)]
        return worth.index(max(worth))

    @property
    def at_last(self) -> Result:
        """After the last step."""
        return self._at(-1, self.test_loss, self.test_metric)

    @property
    def at_best(self) -> Result | None:
        """At the best look; None where nobody looked at test data then."""
        if self.best_test_loss is None or self.best_test_metric is None:
            return None
        return self._at(self.best, self.best_test_loss, self.best_test_metric)

    @property
    def result(self) -> Result:
        """What the run is judged by."""
        return (self.at_best if self.judged == "best" else None) or self.at_last

    def _at(self, look: int, test_loss: float, test_metric: float) -> Result:
        loss, metric = self.validation_loss[look], self.validation_metric[look]
        return Result(self.looks[look], self.train_loss[look], loss, metric, test_loss, test_metric)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what is infinite is None; what nobody looked at is left out."""
        facts = {**vars(self), "configuration": self.configuration.as_dict(), "looks": list(self.looks)}
        del facts["judged"]
        for name in CURVES:
            facts[name] = [_finite(value) for value in facts[name]]
        for name in ("test_loss", "test_metric"):
            facts[name] = _finite(facts[name])
        best = {name: facts.pop(name) for name in ("best_test_loss", "best_test_metric")}
        if self.at_best is not None:
            facts |= {name: _finite(value) for name, value in best.items()}
        if facts.pop("layers") is not None:
            facts["layers"] = [one._asdict() for one in self.layers or ()]
        return {**facts, "metric": {"name": str(self.metric), **vars(self.metric)}}

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "Run":
        """The inverse of `as_dict`. TypeError, ValueError, KeyError or AttributeError for anything else."""
        metric = _metric(facts)
        worst = {"validation_metric": metric.worst, "test_metric": metric.worst, "best_test_metric": metric.worst}
        curves = {name: _numbers(facts[name], worst.get(name)) for name in CURVES}
        ends: dict[str, Any] = {
            name: _number(facts[name], worst.get(name))
            for name in ("test_loss", "test_metric", "best_test_loss", "best_test_metric")
            if name in facts
        }
        if ("best_test_loss" in ends) is not ("best_test_metric" in ends):
            raise ValueError("both figures of the best look, or none")
        configuration = Configuration.from_dict(facts["configuration"])
        looks, wanted = tuple(_whole(step) for step in facts["looks"]), configuration.looks
        if looks != wanted[: len(looks)] or len(looks) < 2:
            raise ValueError("the network was looked at before the first step and then as the configuration says")
        looks = wanted if len(looks) == len(wanted) else looks
        if len(looks) < len(wanted) and configuration.patience is None:
            raise ValueError("a run that ends before its budget")
        if any(len(curve) != len(looks) for curve in curves.values()):
            raise ValueError("a curve has a value for each look")
        if not (isinstance(facts["diverged"], bool) and isinstance(facts["how"], str)):
            raise TypeError("diverged is true or false, and how is text")
        if not isinstance(facts.get("failed"), str | None):
            raise TypeError("failed is text")
        seconds = float(_number(facts["seconds"]))
        layers = tuple(_units(one) for one in facts["layers"]) if "layers" in facts else None
        facts = {**facts, **curves, **ends, "looks": looks, "metric": metric, "layers": layers}
        return cls(**{**facts, "configuration": configuration, "seconds": seconds})


def _metric(facts: dict[str, Any]) -> Metric:
    """What it is; of a run that does not say, a loss is twice the same curve."""
    if "metric" not in facts:
        return LOSS if facts["validation_metric"] == facts["validation_loss"] else ACCURACY
    name, greater, share = (facts["metric"][key] for key in ("name", "greater_is_better", "share"))
    if not (isinstance(name, str) and isinstance(greater, bool) and isinstance(share, bool)):
        raise TypeError("a metric has a name, and says which way is better")
    return Metric(name, greater, share)


def _units(facts: dict[str, Any]) -> LayerUnits:
    layer, *counts = LayerUnits(**facts)
    if not isinstance(layer, str) or not all(0 <= _whole(dead) <= counts[0] for dead in counts):
        raise TypeError("a layer has a name, and so many units of so many")
    return LayerUnits(layer, *counts)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _numbers(values: Sequence[float | None], infinite: float | None) -> tuple[float, ...]:
    if set(map(type, values)) == {float} and not any(map(math.isnan, values)):  # type: ignore[arg-type]
        return tuple(values)  # type: ignore[arg-type]
    return tuple(_number(value, infinite) for value in values)


def _number(value: float | None, infinite: float | None = None) -> float:
    if value is None:
        return math.inf if infinite is None else infinite
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise TypeError("no number")
    return float(value)


def _whole(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no whole number")
    return value
