"""Statistics against scipy and against worked examples that others published."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ravine.lab.analysis.statistics import (
    bootstrap_interval,
    examples_variance,
    holm,
    interquartile_mean,
    paired_interval,
    paired_test,
    prediction_interval,
    probability_of_improvement,
    stratified_interval,
    widened,
)

DOCUMENTED = " ".join((Path(__file__).parents[2] / "docs/lab.md").read_text(encoding="utf-8").split())


def test_holm_is_that_of_worked_examples():
    # p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm"), and the worked example of Wikipedia's article on the method.
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_paired_test_and_its_interval_are_those_of_scipy():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=12), rng.normal(size=12)
    theirs = stats.ttest_rel(first, second)
    assert paired_test(first, second) == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval(0.95)
    assert paired_interval(first, second) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ([1.0], [0.0], 1.0),
        ([1.0, 2.0], [1.0, 2.0], 1.0),
        ([2.0, 3.0], [1.0, 2.0], 1.0),
        ([np.inf, 1.0], [1.0, 2.0], 1.0),
    ],
)
def test_pairs_that_leave_nothing_to_test(first, second, p):
    assert paired_test(first, second) == p


@pytest.mark.parametrize("examples", [10, 100, 1_000, 10_000])
@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
@pytest.mark.parametrize("accuracy", [0.5, 0.9, 0.97, 1.0])
def test_equals_are_told_apart_in_at_most_one_study_of_twenty(examples, seeds, accuracy):
    """Two optimizers that are equal on all data there could be: some examples suit one of them, some the other."""
    rng = np.random.default_rng(examples + seeds)
    studies = 400
    for independent in (seeds, 1):  # each seed errs on examples of its own, or on the same as every other seed
        right = rng.binomial(examples, accuracy, (studies, 2, independent)) / examples
        seen = np.broadcast_to(right, (studies, 2, seeds))
        p = [paired_test(*pair, examples_variance([float(one.mean()) for one in pair], examples)) for pair in seen]
        assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)


def test_a_real_difference_is_still_found():
    rng = np.random.default_rng(8)
    seen = [(rng.binomial(10_000, 0.98, 5) / 10_000, rng.binomial(10_000, 0.97, 5) / 10_000) for _ in range(100)]
    p = [paired_test(*pair, examples_variance([float(one.mean()) for one in pair], 10_000)) for pair in seen]
    assert np.mean(np.array(p) <= 0.05) > 0.95


def test_the_examples_widen_an_interval_as_scipys_proportion_says():
    theirs = stats.binomtest(342, 360).proportion_ci(method="wilson")
    low, high = widened((0.95, 0.95), 0.95, examples_variance([0.95], 360))
    assert (high - low) / 2 == pytest.approx((theirs.high - theirs.low) / 2, rel=0.05)  # 360 examples: 2 points
    assert widened((0.9, 1.0), 0.95, 0.0) == (0.9, 1.0)


def test_one_pair_and_an_infinite_loss_give_no_interval():
    assert paired_interval([1.0], [0.0]) == (-np.inf, np.inf)
    assert paired_interval([np.inf, 1.0], [0.0, 0.0]) == (-np.inf, np.inf)


def test_the_bootstrap_interval_is_that_of_scipy_widened_for_few_values():
    sample = np.random.default_rng(1).normal(size=12)
    theirs = stats.bootstrap((sample,), np.mean, method="percentile", rng=np.random.default_rng(2))
    wider = np.sqrt(12 / 11) * stats.t.ppf(0.975, 11) / stats.norm.ppf(0.975)
    low, high = (sample.mean() + wider * (end - sample.mean()) for end in theirs.confidence_interval)
    assert bootstrap_interval(sample) == pytest.approx((low, high), abs=0.05)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_bootstrap_interval_holds_the_true_mean_as_often_as_it_says(n):
    samples = np.random.default_rng(5).normal(3.0, 2.0, size=(400, n))
    hits = [low <= 3.0 <= high for low, high in map(bootstrap_interval, samples)]
    assert np.mean(hits) == pytest.approx(0.95, abs=0.05)  # the percentile interval: 0.51, 0.75, 0.83


@pytest.mark.parametrize(
    ("comparisons", "seeds", "deviations", "words"),
    [
        (6, 5, 2.8, "it must be 2.8 standard deviations (of the differences) with five seeds"),
        (6, 10, 1.4, "with five seeds, and 1.4 with ten"),
        (1, 5, 1.7, "between two optimizers alone 1.7"),
        (1, 10, 1.0, "alone 1.7 and 1.0."),
    ],
)
def test_the_documented_difference_is_found_four_times_in_five(comparisons, seeds, deviations, words):
    # Of one real difference among others that are none, Holm demands p <= 0.05 / comparisons.
    critical = stats.t.isf(0.025 / comparisons, seeds - 1)
    found = stats.nct.sf(critical, seeds - 1, deviations * np.sqrt(seeds))
    assert found == pytest.approx(0.8, abs=0.025)
    rng = np.random.default_rng(6)
    real = [paired_test(rng.normal(deviations, size=seeds), np.zeros(seeds)) for _ in range(200)]
    assert np.mean([holm([p, *[1.0] * (comparisons - 1)])[0] <= 0.05 for p in real]) == pytest.approx(found, abs=0.1)
    assert words in DOCUMENTED


def test_the_documented_share_of_studies_is_fooled_without_holm():
    values = np.random.default_rng(7).normal(size=(1500, 7, 5))  # the leader and six equals, five seeds
    p_values = stats.ttest_rel(values[:, 1:], values[:, :1], axis=2).pvalue
    assert np.mean(p_values.min(axis=1) <= 0.05) == pytest.approx(0.23, abs=0.04)
    assert np.mean([min(holm(p)) <= 0.05 for p in p_values]) == pytest.approx(0.05, abs=0.02)
    assert "about one in four (23%) would show a difference by luck alone" in DOCUMENTED


def test_one_value_and_an_infinite_loss_have_no_bootstrap_interval():
    assert bootstrap_interval([0.5]) == (-np.inf, np.inf)
    assert bootstrap_interval([0.5, np.inf]) == (-np.inf, np.inf)
    assert bootstrap_interval([0.5, 0.5]) == (0.5, 0.5)


def test_one_more_value_falls_into_the_prediction_interval_as_often_as_it_says():
    rng = np.random.default_rng(4)
    samples = rng.normal(3.0, 2.0, size=(4000, 4))
    hits = [low <= last <= high for *seen, last in samples for low, high in [prediction_interval(seen)]]
    assert np.mean(hits) == pytest.approx(0.95, abs=0.012)  # 3.5 standard deviations of the share
    assert prediction_interval([1.0]) == (-np.inf, np.inf)


def test_a_stratified_interval_never_mixes_the_strata():
    # Each problem's seeds agree with one another: nothing is left to chance, however far apart the problems are.
    assert stratified_interval([[1.0, 1.0], [9.0, 9.0, 9.0]], lambda of: float(np.mean([s.mean() for s in of]))) == (
        5,
        5,
    )


def test_the_interquartile_mean_leaves_out_the_quarters():
    assert interquartile_mean([-1000.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1000.0]) == 3.5


def test_the_probability_of_improvement_is_mann_and_whitneys():
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 6, 15), rng.integers(1, 7, 11)
    u = stats.mannwhitneyu(first, second).statistic
    assert probability_of_improvement(first, second) == pytest.approx(u / (15 * 11))
