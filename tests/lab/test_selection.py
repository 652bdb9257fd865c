"""Validation chooses, test data never; sensitivity against known curves."""

from dataclasses import replace

import numpy as np
import pytest

from ravine.lab.analysis import selection
from ravine.lab.analysis.selection import Trial, best, sensitivity, trials

from . import made


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
    assert best(made.settings([0.5, 0.2, 0.9]), "loss").validation_metric == 0.2


def test_seeds_and_order_make_no_other_setting():
    runs = [made.run("sgd", 0.1, seed, 0.5, 0.5) for seed in (2, 0, 1)]
    (only,) = trials(runs)
    assert [run.configuration.seed for run in only.runs] == [0, 1, 2]


def curve(values):
    return made.settings(values)[::-1]  # by ascending rate, one a decade


def test_sensitivity_counts_decades():
    assert sensitivity(curve([1.0, 1.0, 1.0]), "accuracy") == 2
    assert sensitivity(curve([0.5, 0.995, 1.0, 0.0]), "accuracy") == pytest.approx(1 + 0.01 + 0.005 / 0.495)
    assert sensitivity(curve([2.0, 1.0, 2.0]), "loss") == pytest.approx(0.02)
    assert sensitivity(curve([1.0]), "accuracy") is None


def test_rates_that_all_diverge_have_no_sensitivity():
    assert sensitivity(curve([np.inf, np.inf]), "loss") is None
    lost = [replace(trial.runs[0], diverged=True) for trial in curve([0.0, 0.0])]
    assert sensitivity(trials(lost), "accuracy") is None


def test_sensitivity_to_the_rate_holds_the_other_hyperparameters_fixed():
    runs = [made.run("adam", lr, 0, v, v, beta1=b) for b, lr, v in [(0.9, 0.1, 0.9), (0.9, 0.01, 0.8), (0.0, 0.1, 0.7)]]
    tried = trials(runs)
    assert [t.setting.lr for t in selection.rate_curve(tried, best(tried, "accuracy"))] == [0.01, 0.1]
    assert all(isinstance(trial, Trial) for trial in tried)
