"""Choosing a setting: by validation data alone, over the tuning seeds alone. No test figure is read here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, log10

import numpy as np

from ravine.lab.metric import as_metric
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run

NEAR_BEST = 0.01
FAR = 2.0  # times the validation loss before training


def sign(metric: str) -> float:
    """What turns the metric into one of which more is better: 1 for accuracy, -1 for a loss."""
    return as_metric(metric).sign


@dataclass(frozen=True)
class Trial:
    """One setting of an optimizer, tried from every tuning seed.

    setting: its configuration, with seed 0 for all its seeds. runs: in the order of the seeds.
    """

    setting: Configuration
    runs: tuple[Run, ...]

    @property
    def lr(self) -> float:
        """The learning rate; NaN for a rule that has none."""
        return np.nan if self.setting.lr is None else self.setting.lr

    @property
    def validation_metric(self) -> float:
        """The mean over the seeds, of what the runs are judged by."""
        return float(np.mean([run.result.validation_metric for run in self.runs]))

    @property
    def validation_loss(self) -> float:
        """The mean over the seeds, likewise."""
        return float(np.mean([run.result.validation_loss for run in self.runs]))

    @property
    def test_metric(self) -> float:
        """The mean over the tuning seeds. It chooses nothing and is not what a comparison reports as the result."""
        return float(np.mean([run.result.test_metric for run in self.runs]))


def setting_of(run: Run) -> Configuration:
    """What runs of one setting share: the configuration, the seed set to 0."""
    return replace(run.configuration, seed=0)


def trials(runs: Sequence[Run]) -> list[Trial]:
    """The settings among `runs`, in the order in which they first appear."""
    found: dict[Configuration, list[Run]] = {}
    for run in runs:
        found.setdefault(setting_of(run), []).append(run)
    return [Trial(setting, tuple(sorted(of, key=lambda run: run.configuration.seed))) for setting, of in found.items()]


def best(tried: Sequence[Trial], metric: str) -> Trial:
    """The trial of best mean validation metric; of equals, the one of lowest validation loss, then the first."""
    return max(tried, key=lambda trial: worth(trial, metric))


def worth(trial: Trial, metric: str) -> tuple[float, float]:
    """What trials are ordered by, more is better. Rounded: a mean's last digit depends on the order of its terms."""
    return round(sign(metric) * trial.validation_metric, 9), -trial.validation_loss


def lost(run: Run) -> bool:
    """Whether it diverged; of one that was stopped early, went far up, since a little after few steps is noise."""
    if run.configuration.until is None:
        return run.diverged
    return run.failed is not None or not run.validation_loss[-1] < FAR * run.validation_loss[0]


def rate_curve(tried: Sequence[Trial], chosen: Trial) -> list[Trial]:
    """The trials that differ from `chosen` in the learning rate alone, by ascending rate."""

    def rest(trial: Trial) -> Configuration:
        others = tuple(pair for pair in trial.setting.hyperparameters if pair[0] != "lr")
        return replace(trial.setting, hyperparameters=others)

    alike = [trial for trial in tried if trial.setting.lr is not None and rest(trial) == rest(chosen)]
    return sorted(alike, key=lambda trial: trial.lr)


def sensitivity(curve: Sequence[Trial], metric: str) -> float | None:
    """How many decades of learning rate stay within 1 % of the best: the wider, the less the rate matters.

    Within: mean validation accuracy of at least 0.99 times the highest, or validation loss of at most 1.01 times the
    lowest. Between neighbouring rates the metric is taken to run straight over the logarithm of the rate. What lies
    beyond the rates tried counts as nothing. None where there are not two rates, and where none of them trains.
    """
    if len(curve) < 2 or all(run.diverged for trial in curve for run in trial.runs):
        return None
    height = [sign(metric) * trial.validation_metric for trial in curve]
    rates = [log10(trial.lr) for trial in curve]
    if not isfinite(max(height)):
        return None
    threshold = max(height) - NEAR_BEST * abs(max(height))
    decades = 0.0
    for (x0, y0), (x1, y1) in zip(
        zip(rates, height, strict=True), zip(rates[1:], height[1:], strict=True), strict=False
    ):
        low, high = min(y0, y1), max(y0, y1)
        if high < threshold:
            continue
        decades += (x1 - x0) * (1.0 if low >= threshold else (high - threshold) / (high - low))
    return decades
