"""What tuning costs, against enumeration of every order and of every redraw."""

from itertools import permutations, product

import numpy as np
import pytest

from ravine.lab.analysis.selection import best
from ravine.lab.analysis.tuning_cost import best_so_far, search_deviation

from . import made


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_best_so_far_is_the_mean_over_all_orders(metric):
    tried = made.settings([0.3, 0.8, 0.5, 0.7, 0.2])
    expected = {k: [] for k in range(1, 6)}
    for order in permutations(tried):
        for k in expected:
            expected[k].append(best(order[:k], metric))
    curve = best_so_far(tried, metric)
    for k, found in expected.items():
        assert curve[k - 1] == pytest.approx(np.mean([trial.validation_metric for trial in found]))


def test_the_search_deviation_is_that_of_all_redraws():
    tried = made.settings([0.3, 0.8, 0.5, 0.7], [0.25, 0.7, 0.55, 0.9])
    results = [best(draw, "accuracy").test_metric for draw in product(tried, repeat=4)]
    assert search_deviation(tried, "accuracy") == pytest.approx(np.std(results))
    assert search_deviation(made.settings([0.5]), "accuracy") == 0


def test_an_infinite_loss_among_the_trials_does_no_harm():
    tried = made.settings([0.5, np.inf, 0.2], [0.5, np.inf, 0.2])
    curve = best_so_far(tried, "loss")
    assert curve[0] == np.inf
    assert curve[1:] == (pytest.approx(0.3), 0.2)
    assert search_deviation(tried, "loss") is None
