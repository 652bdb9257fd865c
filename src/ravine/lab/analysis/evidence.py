"""What the runs of a study say: the best setting of each optimizer, how good it is, and what separates them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from ravine.lab.analysis import selection
from ravine.lab.analysis.entrant import Entrant, Summary, summarise
from ravine.lab.analysis.statistics import (
    LEVEL,
    Interval,
    examples_variance,
    holm,
    paired_interval,
    paired_test,
)
from ravine.lab.metric import as_metric
from ravine.lab.store.run import Judge, Run

Verdict = Literal["behind", "ahead", "level"]


@dataclass(frozen=True)
class Standing:
    """How an entrant stands to the leader on test data, seed by seed.

    verdict:  "behind" or "ahead" of it where p is at most 0.05, else "level": the evidence does not separate the two.
    p:        of Student's paired test, adjusted by Holm's method for the number of entrants compared with the leader.
    interval: 95 % interval of how much better the leader is, unadjusted.
    Of accuracies, both speak of other seeds and of other test examples; of losses, of other seeds alone.
    """

    verdict: Verdict
    p: float
    interval: Interval


@dataclass(frozen=True)
class Evidence:
    """Every run of a study on one problem, and what follows from them. Validation chooses; test data only reports.

    study, problem, title, network, preprocessing, batch_size: the study's name and what the problem says of itself.
    metric:   "accuracy", from 0 to 1, or "loss". target: the validation metric that "steps to target" counts to.
    test_examples: how many there are.
    epochs:   passes over the training data; a budget given in steps may not be a whole number of them.
    entrants: the optimizers, each with its runs.
    seconds:  wall time of this call: runs that were found in the store took none of it.
    judge:    whether networks count as they were after the last step or at their best look, in choice and result.
    baseline: an answer that is the same for every input, and its metric on test data.
    guessing: the loss of that answer, where it is of classes: cross-entropy by their shares.
    notes:    how runs were made, where that needs saying: why some could not be stacked.
    """

    study: str
    problem: str
    title: str
    network: str
    preprocessing: str
    batch_size: int
    metric: str
    target: float | None
    test_examples: int
    epochs: float
    entrants: tuple[Entrant, ...] = field(repr=False)
    seconds: float = field(compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    judge: Judge = "last"
    baseline: tuple[str, float] | None = None
    guessing: float | None = None

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every run, each once, those that chose first."""
        runs = (run for entrant in self.entrants for run in entrant.runs)
        return tuple({run.configuration: run for run in runs}.values())

    @property
    def raced(self) -> bool:
        """Whether settings were chosen in a race, so that most were stopped at a rung."""
        return any(entrant.rungs for entrant in self.entrants)

    def entrant(self, name: str) -> Entrant:
        """KeyError where there is none of that name."""
        for entrant in self.entrants:
            if entrant.name == name:
                return entrant
        raise KeyError(name)

    def runs_of(self, name: str) -> tuple[Run, ...]:
        """The runs of an entrant's chosen setting on the report seeds, in their order."""
        return self.entrant(name).reported(self.metric)

    @cached_property
    def summaries(self) -> list[Summary]:
        """One for each entrant, the best on validation data first. The first is the leader."""
        worth = {entrant.name: selection.worth(entrant.chosen(self.metric), self.metric) for entrant in self.entrants}
        found = [summarise(entrant, self.metric, self.target, self.test_examples) for entrant in self.entrants]
        return sorted(found, key=lambda summary: worth[summary.name], reverse=True)

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """How each of the others stands to the leader, by name, in the order of `summaries`."""
        leader, *others = (summary.name for summary in self.summaries)
        pairs = [self._paired(leader, other) for other in others]
        spreads = [self._from_examples(pair) for pair in pairs]
        adjusted = holm([paired_test(*pair, spread) for pair, spread in zip(pairs, spreads, strict=True)])
        return {
            other: Standing(_verdict(pair, p), p, paired_interval(*pair, spread))
            for other, pair, spread, p in zip(others, pairs, spreads, adjusted, strict=True)
        }

    def difference(self, first: str, second: str) -> Interval:
        """95 % interval of how much better `first` does on test data than `second`, each at its chosen setting.

        Paired by seed: a seed gave both the same weights to start from and the same batches.
        """
        pair = self._paired(first, second)
        return paired_interval(*pair, self._from_examples(pair))

    def _from_examples(self, pair: tuple[list[float], list[float]]) -> float:
        """The variance of a mean difference that comes of the test examples; of losses it is not known."""
        if not as_metric(self.metric).share or not pair[0]:
            return 0.0
        return examples_variance([float(np.mean(one)) for one in pair], self.test_examples)

    def _paired(self, first: str, second: str) -> tuple[list[float], list[float]]:
        """The test metrics of both on the seeds that both have, turned so that more is better."""
        of = [
            {run.configuration.seed: run.result.test_metric for run in self.runs_of(name)} for name in (first, second)
        ]
        seeds = sorted(of[0].keys() & of[1].keys())
        sign = selection.sign(self.metric)
        return [sign * of[0][seed] for seed in seeds], [sign * of[1][seed] for seed in seeds]

    @property
    def failures(self) -> list[tuple[str, Run]]:
        """The runs that the problem's own code ended, each with its entrant's name."""
        made = ((entrant.name, run) for entrant in self.entrants for run in entrant.runs)
        return list({run.configuration: (name, run) for name, run in made if run.failed is not None}.values())

    @property
    def model_steps(self) -> int:
        """Updates of one network, over all runs."""
        return sum(run.configuration.last for run in self.runs)

    @property
    def run_seconds(self) -> float:
        """What the runs took when they were made, added up: time of one worker."""
        return sum(run.seconds for run in self.runs)


def _verdict(pair: tuple[list[float], list[float]], p: float) -> Verdict:
    if p > 1 - LEVEL:
        return "level"
    return "behind" if np.mean(pair[0]) > np.mean(pair[1]) else "ahead"
