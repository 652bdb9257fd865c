"""Validation chooses, test data never; budgets and sensitivity against enumeration and known curves."""

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

from ravine.lab import selection
from ravine.lab.selection import Trial, best, best_so_far, search_deviation, sensitivity, trials

from . import made


def settings(values, tests=None):
    """One trial for each value, one seed each."""
    tests = values if tests is None else tests
    return trials([made.run("sgd", 10.0**-k, 0, v, t) for k, (v, t) in enumerate(zip(values, tests, strict=True))])


def test_test_data_chooses_nothing():
    comparison = made.three()
    before = [(summary.name, summary.setting, summary.validation_metric) for summary in comparison.summaries]
    rng = np.random.default_rng(0)
    for _ in range(20):
        spoiled = [
            replace(
                entrant,
                tuning=tuple(replace(r, test_metric=rng.random(), test_loss=rng.random()) for r in entrant.tuning),
                report=tuple(replace(r, test_metric=rng.random(), test_loss=rng.random()) for r in entrant.report),
            )
            for entrant in comparison.entrants
        ]
        after = replace(comparison, entrants=tuple(spoiled)).summaries
        assert [(summary.name, summary.setting, summary.validation_metric) for summary in after] == before


def test_report_seeds_choose_nothing_where_there_are_tuning_seeds():
    entrant = made.entrant("sgd", {0.01: 0.7, 0.1: 0.9}, (0.9, 0.9))
    others = tuple(made.run("sgd", 0.01, 1000 + seed, 1.0, 1.0) for seed in range(2))
    assert replace(entrant, report=entrant.report + others).chosen("accuracy").setting.lr == 0.1


def test_the_mean_over_seeds_chooses_and_the_loss_breaks_ties():
    runs = [
        made.run("sgd", lr, seed, v, 0.5)
        for lr, vs in {0.1: (1.0, 0.0), 0.2: (0.6, 0.6)}.items()
        for seed, v in enumerate(vs)
    ]
    assert best(trials(runs), "accuracy").setting.lr == 0.2
    tied = trials([made.run("sgd", 0.1, 0, 0.8, 0.5, loss=0.9), made.run("sgd", 0.2, 0, 0.8, 0.5, loss=0.3)])
    assert best(tied, "accuracy").setting.lr == 0.2


def test_a_loss_is_better_when_lower():
    assert best(settings([0.5, 0.2, 0.9]), "loss").validation_metric == 0.2


def test_seeds_and_order_make_no_other_setting():
    runs = [made.run("sgd", 0.1, seed, 0.5, 0.5) for seed in (2, 0, 1)]
    (only,) = trials(runs)
    assert [run.configuration.seed for run in only.runs] == [0, 1, 2]


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_best_so_far_is_the_mean_over_all_orders(metric):
    values, tests = [0.3, 0.8, 0.5, 0.7, 0.2], [0.25, 0.7, 0.55, 0.71, 0.3]
    tried = settings(values, tests)
    expected = {k: [] for k in range(1, 6)}
    for order in permutations(tried):
        for k in expected:
            expected[k].append(best(order[:k], metric))
    curve = best_so_far(tried, metric)
    for k, found in expected.items():
        assert curve.validation[k - 1] == pytest.approx(np.mean([trial.validation_metric for trial in found]))
        assert curve.test[k - 1] == pytest.approx(np.mean([trial.test_metric for trial in found]))


def test_the_search_deviation_is_that_of_all_redraws():
    tried = settings([0.3, 0.8, 0.5, 0.7], [0.25, 0.7, 0.55, 0.9])
    results = [best(draw, "accuracy").test_metric for draw in product(tried, repeat=4)]
    assert search_deviation(tried, "accuracy") == pytest.approx(np.std(results))
    assert search_deviation(settings([0.5]), "accuracy") == 0


def test_an_infinite_loss_among_the_trials_does_no_harm():
    tried = settings([0.5, np.inf, 0.2], [0.5, np.inf, 0.2])
    curve = best_so_far(tried, "loss")
    assert curve.validation[0] == np.inf
    assert curve.validation[1:] == (pytest.approx(0.3), 0.2)


def curve(values):
    return settings(values)[::-1]  # by ascending rate, one a decade


def test_sensitivity_counts_decades():
    assert sensitivity(curve([1.0, 1.0, 1.0]), "accuracy") == 2
    assert sensitivity(curve([0.5, 0.995, 1.0, 0.0]), "accuracy") == pytest.approx(1 + 0.01 + 0.005 / 0.495)
    assert sensitivity(curve([2.0, 1.0, 2.0]), "loss") == pytest.approx(0.02)
    assert sensitivity(curve([1.0]), "accuracy") is None


def test_sensitivity_to_the_rate_holds_the_other_hyperparameters_fixed():
    runs = [made.run("adam", lr, 0, v, v, beta1=b) for b, lr, v in [(0.9, 0.1, 0.9), (0.9, 0.01, 0.8), (0.0, 0.1, 0.7)]]
    tried = trials(runs)
    assert [t.setting.lr for t in selection.rate_curve(tried, best(tried, "accuracy"))] == [0.01, 0.1]
    assert all(isinstance(trial, Trial) for trial in tried)
