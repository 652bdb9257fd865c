"""Intervals over seeds: how far a mean would move if other seeds had been drawn."""

from collections.abc import Sequence

import numpy as np

Interval = tuple[float, float]
LEVEL = 0.95


def bootstrap_interval(values: Sequence[float], resamples: int = 10_000) -> Interval:
    """The 95 % percentile bootstrap interval of the mean; always the same for the same values.

    From a handful of values it is too narrow rather than too wide. From one value it is that value.
    """
    sample = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(0).integers(sample.size, size=(resamples, sample.size))
    low, high = np.quantile(sample[draws].mean(axis=1), ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)


def paired_interval(first: Sequence[float], second: Sequence[float], comparisons: int = 1) -> Interval:
    """Student's 95 % interval of the mean of first - second, whose values belong together in pairs.

    `comparisons` such intervals hold all at once with at least that confidence (Bonferroni). One pair says nothing:
    the interval is (-inf, inf).
    """
    difference = np.subtract(first, second)
    n = len(difference)
    if n < 2:
        return -np.inf, np.inf
    from scipy.stats import t  # comes with the extra, as torch does

    tail = (1 - LEVEL) / 2 / comparisons
    margin = t.isf(tail, n - 1) * difference.std(ddof=1) / np.sqrt(n)
    return float(difference.mean() - margin), float(difference.mean() + margin)
