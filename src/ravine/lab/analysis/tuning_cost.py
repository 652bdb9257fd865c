"""What the search for a setting costs and adds: the best to be expected of a budget, and how much luck is in it."""

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from ravine.lab.analysis.selection import Trial, worth


def best_so_far(tried: Sequence[Trial], metric: str) -> tuple[float, ...]:
    """The expected validation metric of the best of k of the trials, for k = 1, 2, …, all.

    Exact, over all orders of the trials. Dodge et al. 2019, but drawn without replacement.
    """
    ranked = _ranked(tried, metric)
    n = len(ranked)
    values = np.array([trial.validation_metric for trial in ranked])
    expected = []
    for k in range(1, n + 1):
        # The best of k is the one ranked i if the other k - 1 all rank behind it.
        chance = np.array([comb(n - 1 - i, k - 1) / comb(n, k) for i in range(n)])
        expected.append(_mean(chance, values))
    return tuple(expected)


def search_deviation(tried: Sequence[Trial], metric: str) -> float | None:
    """The standard deviation that a *random* search gives the result: how it would vary had other points been drawn.

    Of the test metric (mean over the tuning seeds) of the trial that validation chooses, when as many settings as were
    tried are drawn anew from them, with replacement: a bootstrap of the search, exact. Against it stands the deviation
    over seeds, at the chosen setting: what training again, without tuning again, would change. It says nothing of a
    fixed grid, which is the same whenever it is tried. None where a trial's loss is infinite.
    """
    ranked = _ranked(tried, metric)
    n = len(ranked)
    tests = np.array([trial.test_metric for trial in ranked])
    if not np.isfinite(tests).all():
        return None
    none_ahead = (1 - np.arange(n + 1) / n) ** n  # the chance that no draw is among the first i
    chance = none_ahead[:-1] - none_ahead[1:]
    mean = _mean(chance, tests)
    return float(np.sqrt(_mean(chance, (tests - mean) ** 2)))


def _mean(chance: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    # A trial that cannot be the best of k counts as nothing, also when its loss is infinite.
    possible = chance > 0
    return float(chance[possible] @ values[possible])


def _ranked(tried: Sequence[Trial], metric: str) -> list[Trial]:
    return sorted(tried, key=lambda trial: worth(trial, metric), reverse=True)
