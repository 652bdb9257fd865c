"""What the runs say: the best rate of each optimizer, how good it is there, and which optimizer to use."""

import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ravine.lab.first_run import Run
from ravine.lab.statistics import Interval, bootstrap_interval, paired_interval

Border = Literal["lowest", "highest", "only"]
Standing = Literal["behind", "ahead", "level"]
SENTENCES: dict[Standing, str] = {
    "behind": "Seed for seed it beats {} on test data.",
    "ahead": "But {} did better on test data.",
    "level": "The evidence does not separate its test accuracy from that of {}.",
}


@dataclass(frozen=True)
class Summary:
    """One optimizer at its best rate. Accuracies are means over the seeds, from 0 to 1.

    lr: the rate with the highest validation accuracy after the last step; of equals, the one of lower loss.
    border: whether that rate is the lowest, highest or only one tried, so that a better one may lie beyond; else None.
    test_interval: 95% bootstrap interval of test_accuracy over the seeds.
    steps_to_target: the median over the seeds; a run that never gets there counts as infinite.
    diverged: the share of all this optimizer's runs, whatever the rate, that diverged.
    """

    optimizer: str
    lr: float
    border: Border | None
    validation_accuracy: float
    validation_loss: float
    test_accuracy: float
    test_interval: Interval
    steps_to_target: float
    diverged: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what is infinite is None."""
        return {name: None if value == np.inf else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Comparison:
    """Every run of an experiment, and what follows from them.

    problem, title, network, preprocessing, batch_size, target: those of the problem.
    rates: ascending. seeds: 0, 1, …; one fixes initial weights and the order of batches for every optimizer and rate.
    steps: the steps after which runs were evaluated. seconds: how long training took.
    """

    problem: str
    title: str
    network: str
    preprocessing: str
    batch_size: int
    target: float
    optimizers: tuple[str, ...]
    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    epochs: int
    steps: tuple[int, ...]
    seconds: float = field(compare=False)
    runs: tuple[Run, ...] = field(repr=False)

    def runs_of(self, optimizer: str, lr: float) -> list[Run]:
        """The runs of one optimizer at one rate, in the order of the seeds."""
        return [run for run in self.runs if run.optimizer == optimizer and run.lr == lr]

    @property
    def model_steps_per_second(self) -> float:
        """Updates of one network per second, evaluation included."""
        return len(self.runs) * self.steps[-1] / self.seconds

    @cached_property
    def summaries(self) -> list[Summary]:
        """One for each optimizer, the best on validation data first."""
        return sorted((self._summary(optimizer) for optimizer in self.optimizers), key=_worth, reverse=True)

    def _summary(self, optimizer: str) -> Summary:
        return max((self._at(optimizer, lr) for lr in self.rates), key=_worth)

    def _at(self, optimizer: str, lr: float) -> Summary:
        runs = self.runs_of(optimizer, lr)
        tests = [run.test_accuracy for run in runs]
        return Summary(
            optimizer=optimizer,
            lr=lr,
            border=self._border(lr),
            validation_accuracy=float(np.mean([run.validation_accuracy[-1] for run in runs])),
            validation_loss=float(np.mean([run.validation_loss[-1] for run in runs])),
            test_accuracy=float(np.mean(tests)),
            test_interval=bootstrap_interval(tests),
            steps_to_target=float(
                np.median([np.inf if run.steps_to_target is None else run.steps_to_target for run in runs])
            ),
            diverged=float(np.mean([run.diverged for run in self.runs if run.optimizer == optimizer])),
        )

    def _border(self, lr: float) -> Border | None:
        if len(self.rates) == 1:
            return "only"
        return "lowest" if lr == self.rates[0] else "highest" if lr == self.rates[-1] else None

    def difference(self, first: str, second: str, comparisons: int = 1) -> Interval:
        """95% interval of how much higher `first` scores on test data than `second`, each at its best rate.

        Paired: seed by seed. It speaks of other seeds, not of other images. See `paired_interval`.
        """
        rate = {summary.optimizer: summary.lr for summary in self.summaries}
        one, other = ([run.test_accuracy for run in self.runs_of(name, rate[name])] for name in (first, second))
        return paired_interval(one, other, comparisons)

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """How the others stand to the first of `summaries` on test data, as far as paired seeds can tell.

        "behind" or "ahead" where the 95% interval of the difference excludes 0 (Bonferroni over the others).
        """
        best, *others = (summary.optimizer for summary in self.summaries)
        intervals = {other: self.difference(best, other, len(others)) for other in others}
        return {
            other: "behind" if low > 0 else "ahead" if high < 0 else "level" for other, (low, high) in intervals.items()
        }

    def table(self) -> list[dict[str, str]]:
        """One row of text for each optimizer, the best first, by the title of the column."""
        return [
            {
                "optimizer": summary.optimizer,
                "best rate": f"{summary.lr:g}" + (f" ({summary.border} tried)" if summary.border else ""),
                "validation": _percent(summary.validation_accuracy),
                "test": _percent(summary.test_accuracy),
                "95% interval": " to ".join(_percent(end) for end in summary.test_interval),
                f"steps to {self.target:.0%}": _steps(summary.steps_to_target),
                "diverged": f"{summary.diverged:.0%}",
            }
            for summary in self.summaries
        ]

    def recommendation(self) -> str:
        """Which optimizer to use and at which rate, the evidence, and where the evidence ends. Plain sentences."""
        best, *others = self.summaries
        if all(run.diverged for run in self.runs):
            return "Every run diverged: try lower rates."
        low, high = (_percent(end) for end in best.test_interval)
        n, target = len(self.seeds), f"{self.target:.0%}"
        text = [
            f"Use {best.optimizer} at lr {best.lr:g}: the highest validation accuracy, and "
            f"{_percent(best.test_accuracy)} on test data (95% interval {low} to {high} over {_count(n, 'seed')})."
        ]
        if best.steps_to_target == np.inf:
            text.append(f"Its median run did not reach {target}: train longer or try other rates.")
        else:
            steps = _steps(best.steps_to_target)
            text.append(f"In the median it takes {steps} steps to {target} validation accuracy{_than(others)}.")
        if n == 1:
            text.append("One seed cannot tell a better optimizer from a lucky one: use more.")
        else:
            text += self._evidence()
        if edge := [f"{summary.optimizer} ({summary.border})" for summary in self.summaries if summary.border]:
            text.append(f"A better rate may lie outside the grid for {_names(edge)}.")
        return " ".join(text)

    def _evidence(self) -> list[str]:
        standing = {side: [name for name, of in self.standings.items() if of == side] for side in SENTENCES}
        text = [sentence.format(_names(standing[side])) for side, sentence in SENTENCES.items() if standing[side]]
        if len(self.seeds) < 5:
            text.append(f"{len(self.seeds)} seeds are few: the intervals are rough.")
        return text

    def as_dict(self) -> dict[str, Any]:
        """Everything, for machines; what is infinite is None."""
        facts = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "runs"}
        return {
            **facts,
            "model_steps_per_second": self.model_steps_per_second,
            "recommendation": self.recommendation(),
            "summaries": [summary.as_dict() for summary in self.summaries],
            "runs": [run.as_dict() for run in self.runs],
        }

    def to_json(self) -> str:
        """`as_dict` as JSON text."""
        return json.dumps(self.as_dict(), allow_nan=False)


def _worth(summary: Summary) -> tuple[float, float]:
    # Only validation data may choose. Rounded, since a mean's last digit depends on the order of its terms.
    return round(summary.validation_accuracy, 9), -summary.validation_loss


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _steps(steps: float) -> str:
    return "not reached" if steps == np.inf else f"{steps:g}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _than(others: list[Summary]) -> str:
    steps = sorted({other.steps_to_target for other in others})
    if not steps:
        return ""
    span = _steps(steps[0]) if len(steps) == 1 else f"{_steps(steps[0])} to {_steps(steps[-1])}"
    return f", the {'others' if len(others) > 1 else 'other'} {span}"
