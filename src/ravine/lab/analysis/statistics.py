"""How far figures can be trusted: intervals over seeds, paired tests, and means that outliers do not carry away."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Interval = tuple[float, float]
LEVEL = 0.95
RESAMPLES = 10_000


def bootstrap_interval(values: Sequence[float]) -> Interval:
    """The 95 % bootstrap interval of the mean, made wide enough for a handful of values.

    The percentile interval, its ends moved away from the mean by sqrt(n / (n - 1)) t / z: a bootstrap of n values
    spreads less than they do, and takes their deviation for known. Both corrections are those of Hesterberg's
    expanded percentile interval (2015), which never leaves the range of the values, and so cannot reach 95 % for fewer
    than six. Simulated coverage: 93 % for two values, 94 to 95 % for three and more, of a normal distribution; about
    89 % for up to ten of an exponential one. So it assumes independent values of one distribution without much skew.

    Always the same for the same values. One value says nothing, nor does an infinite loss: the interval is (-inf, inf).
    """
    sample = np.asarray(values, dtype=np.float64)
    n = sample.size
    if n < 2 or not np.isfinite(sample).all():
        return -np.inf, np.inf
    from scipy.stats import norm, t  # come with the extra, as torch does

    tail = (1 - LEVEL) / 2
    wider = np.sqrt(n / (n - 1)) * t.isf(tail, n - 1) / norm.isf(tail)
    draws = np.random.default_rng(0).integers(n, size=(RESAMPLES, n))
    mean = sample.mean()
    low, high = (mean + wider * (end - mean) for end in _middle(sample[draws].mean(axis=1)))
    return float(low), float(high)


def stratified_interval(
    strata: Sequence[ArrayLike], statistic: Callable[[list[NDArray[np.float64]]], float]
) -> Interval:
    """The 95 % percentile bootstrap interval of `statistic(strata)`; each stratum is resampled from itself alone.

    The strata are problems and their entries seeds, so that every redraw holds each problem as often as it was run.
    Agarwal et al. 2021, section 4.2. From few seeds it is too narrow. A statistic of several samples of one problem,
    which share its seeds, takes them as the columns of that stratum.
    """
    arrays = [np.asarray(stratum, dtype=np.float64) for stratum in strata]
    rng = np.random.default_rng(0)
    redrawn = (
        statistic([array[rng.integers(len(array), size=len(array))] for array in arrays]) for _ in range(RESAMPLES // 5)
    )
    return _middle(np.fromiter(redrawn, dtype=np.float64))


def examples_variance(accuracies: Sequence[float], examples: int) -> float:
    """The variance of a mean accuracy, or of the difference of two, that comes of which test examples there were.

    That of a binomial share of `examples`, one more right and one more wrong than were seen (Laplace), so that none
    right and all right are not taken for certain; summed over the accuracies. For a difference this takes the errors of
    the two networks as independent. Networks tend to err on the same examples, and then it is less: the safe side.
    """
    shares = (np.asarray(accuracies, dtype=np.float64) * examples + 1) / (examples + 2)
    return float((shares * (1 - shares)).sum() / examples)


def widened(interval: Interval, middle: float, variance: float) -> Interval:
    """A 95 % interval around `middle` that another, independent variance of the mean adds to."""
    if not variance or not np.isfinite(interval).all():
        return interval
    from scipy.stats import norm  # comes with the extra, as torch does

    margin = norm.isf((1 - LEVEL) / 2) * np.sqrt(variance)
    low, high = (np.hypot(end - middle, margin) for end in interval)
    return float(middle - low), float(middle + high)


def paired_interval(first: Sequence[float], second: Sequence[float], variance: float = 0.0) -> Interval:
    """Student's 95 % interval of the mean of first - second, whose values belong together in pairs.

    variance: of that mean, from what all pairs share (`examples_variance`), beside what their spread shows.
    One pair says nothing, nor does an infinite loss, nor pairs that all differ alike: the interval is (-inf, inf).
    """
    found = _paired(first, second, variance)
    if found is None:
        return -np.inf, np.inf
    from scipy.stats import t

    mean, error, freedom = found
    margin = t.isf((1 - LEVEL) / 2, freedom) * error
    return float(mean - margin), float(mean + margin)


def _paired(first: Sequence[float], second: Sequence[float], variance: float) -> tuple[float, float, float] | None:
    """The mean difference, its standard error, its degrees of freedom (Satterthwaite 1946); None for no evidence."""
    n = len(first)
    if n < 2 or not np.isfinite((first, second)).all():
        return None
    difference = np.subtract(first, second)
    between = float(difference.var(ddof=1)) / n
    if np.ptp(difference) <= 1e-12 * np.abs(difference).max():  # no spread: seeds, or digits, that change nothing
        between = 0.0
    if not between + variance:
        return None
    freedom = (n - 1) * ((between + variance) / between) ** 2 if between else np.inf
    return float(difference.mean()), float(np.sqrt(between + variance)), freedom


def prediction_interval(values: Sequence[float]) -> Interval:
    """Where one more value, drawn as these were from a normal distribution, falls with 95 %. One value says nothing."""
    n = len(values)
    if n < 2:
        return -np.inf, np.inf
    from scipy.stats import t

    mean, margin = np.mean(values), t.isf((1 - LEVEL) / 2, n - 1) * np.std(values, ddof=1) * np.sqrt(1 + 1 / n)
    return float(mean - margin), float(mean + margin)


def paired_test(first: Sequence[float], second: Sequence[float], variance: float = 0.0) -> float:
    """The two-sided p-value of Student's paired test that first - second has mean 0.

    variance: as for `paired_interval`. Without it this is the usual test. One pair says nothing, nor does an infinite
    loss, nor pairs whose difference is always the same, since they show no spread to measure it by: 1.
    """
    found = _paired(first, second, variance)
    if found is None:
        return 1.0
    from scipy.stats import t

    mean, error, freedom = found
    return float(2 * t.sf(abs(mean) / error, freedom))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for their number, in their order: Holm 1979.

    To reject those that come out at most 0.05 wrongly rejects any at all in at most 5 % of experiments.
    """
    order = np.argsort(p_values, kind="stable")
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min((len(p_values) - rank) * float(p_values[index]), 1.0))
        adjusted[index] = highest
    return adjusted


def interquartile_mean(values: ArrayLike) -> float:
    """The mean of the middle half: what the lowest and the highest quarter hold does not move it."""
    from scipy.stats import trim_mean

    return float(trim_mean(np.ravel(values), 0.25))


def probability_of_improvement(first: ArrayLike, second: ArrayLike) -> float:
    """How often a value drawn from `first` exceeds one drawn from `second`; equal ones count one half.

    The Mann-Whitney statistic over the number of pairs.
    """
    difference = np.subtract.outer(np.ravel(first), np.ravel(second))
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def _middle(samples: NDArray[np.float64]) -> Interval:
    # Of the samples themselves, never between two of them: some may be infinite.
    low, high = np.quantile(samples, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), method="inverted_cdf")
    return float(low), float(high)
