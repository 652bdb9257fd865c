"""Several problems at once: which optimizers do well on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ravine.errors import RavineError
from ravine.lab.analysis import selection
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.analysis.statistics import Interval, interquartile_mean, probability_of_improvement, stratified_interval

Array = NDArray[np.float64]
NOTHING = 1e-9  # of a metric: a gain that is rounding
SHOWN = 2.0  # a performance profile shows ratios up to this at least


@dataclass(frozen=True)
class Across:
    """The same optimizers on several problems, each at the setting that was chosen on the problem.

    Scores make the problems alike: 0 is the metric of the untrained network, 1 the mean test metric of the best
    optimizer there; less than 0, a run that diverged, and a problem on which no optimizer gained anything, count as 0.
    """

    comparisons: tuple[Evidence, ...]

    def __post_init__(self) -> None:
        if len(self.comparisons) < 2:
            raise RavineError("comparing across problems takes at least two of them")
        if not self.names:
            raise RavineError("no optimizer took part on every problem: give the same names on each")

    @cached_property
    def names(self) -> list[str]:
        """The entrants that took part on every problem, in the order of the first."""
        others = [{entrant.name for entrant in comparison.entrants} for comparison in self.comparisons[1:]]
        first = (summary.name for summary in self.comparisons[0].summaries)
        return [name for name in first if all(name in of for of in others)]

    @cached_property
    def scores(self) -> dict[str, list[Array]]:
        """For each name, on each problem, the score of every report seed."""
        found: dict[str, list[Array]] = {name: [] for name in self.names}
        for comparison in self.comparisons:
            sign = selection.sign(comparison.metric)
            untrained = sign * float(np.mean([run.validation_metric[0] for run in comparison.runs]))
            best = max(sign * summary.test_metric for summary in comparison.summaries)
            for name in self.names:
                tests = np.array([sign * run.result.test_metric for run in comparison.runs_of(name)])
                found[name].append(_score(tests, untrained, best))
        return found

    def interquartile_means(self) -> dict[str, tuple[float, Interval]]:
        """For each name the mean of the middle half of its scores, over problems and seeds together, and its interval.

        95 %, by a bootstrap that redraws seeds within each problem. Agarwal et al. 2021.
        """

        def pooled(strata: Sequence[Array]) -> float:
            return interquartile_mean(np.concatenate(list(strata)))

        return {name: (pooled(scores), stratified_interval(scores, pooled)) for name, scores in self.scores.items()}

    def improvement(self, first: str, second: str) -> tuple[float, Interval]:
        """How probable it is that a run of `first` scores above one of `second` on the same problem, and its interval.

        The mean over the problems; equal scores count one half.
        """
        strata = [np.stack(pair, axis=1) for pair in self._alike(first, second)]

        def chance(drawn: Sequence[Array]) -> float:
            return float(np.mean([probability_of_improvement(both[:, 0], both[:, 1]) for both in drawn]))

        return chance(strata), stratified_interval(strata, chance)

    def _alike(self, first: str, second: str) -> list[tuple[Array, Array]]:
        """The scores of both on each problem, as many of one as of the other: those of the seeds that both have."""
        pairs = zip(self.scores[first], self.scores[second], strict=True)
        return [(one[: len(other)], other[: len(one)]) for one, other in pairs]

    def profiles(self) -> dict[str, tuple[list[float], list[float]]]:
        """Performance profiles (Dolan & Moré 2002): for each name, ratios r ≥ 1 and the share of problems within r.

        Within: the median steps to the target are at most r times those of the fastest. A target that is not reached is
        within no r. Each runs from r = 1 to the largest finite ratio of any, or
        to 2. Problems without a target, or
        whose target nobody reached, are left out; {} where none is left.
        """
        ratios: dict[str, list[float]] = {name: [] for name in self.names}
        for comparison in self.comparisons:
            steps = {
                summary.name: summary.steps_to_target
                for summary in comparison.summaries
                if summary.name in ratios and summary.steps_to_target is not None
            }
            fastest = max(min(steps.values(), default=np.inf), 1.0)
            if np.isfinite(fastest):
                for name, taken in steps.items():
                    ratios[name].append(max(taken, 1.0) / fastest)
        problems = len(next(iter(ratios.values())))
        if not problems:
            return {}
        edges = sorted({1.0, SHOWN, *(r for of in ratios.values() for r in of if np.isfinite(r))})
        return {name: _stairs(edges, of) for name, of in ratios.items()}


def _score(tests: Array, untrained: float, best: float) -> Array:
    """From 0 for the untrained network to 1 for the best optimizer; 0 for all where none is better than untrained."""
    if not best - untrained > NOTHING * max(1.0, abs(untrained)):
        return np.zeros_like(tests)
    return np.clip((tests - untrained) / (best - untrained), 0, None)


def _stairs(edges: list[float], ratios: list[float]) -> tuple[list[float], list[float]]:
    """The share of `ratios` within each edge, drawn as stairs: a step up at each edge."""
    shares = [float(np.mean([r <= edge for r in ratios])) for edge in edges]
    x, y = [edges[0]], [shares[0]]
    for edge, before, share in zip(edges[1:], shares, shares[1:], strict=False):
        x += [edge, edge]
        y += [before, share]
    return x, y
