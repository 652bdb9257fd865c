"""Several problems at once, against figures worked out by hand and against another way to the same number."""

from dataclasses import replace

import numpy as np
import pytest

from ravine.errors import RavineError
from ravine.lab.analysis.across import Across

from . import made


def problem(name, tests, steps):
    """Optimizers by name: test metrics of their seeds, and whether the target is reached at 50, at 100 or never."""
    entrants = []
    for rule, metrics in tests.items():
        middle, end = {50: (0.95, 0.96), 100: (0.5, 0.96), None: (0.5, 0.8)}[steps[rule]]
        runs = tuple(made.run(rule, 0.1, 1000 + k, end, test, middle=middle) for k, test in enumerate(metrics))
        entrants.append(made.Entrant(rule, rule, (), runs))
    return made.comparison(*entrants, problem=name, title=name)


@pytest.fixture(scope="module")
def across():
    one = problem("one", {"sgd": (0.55, 0.55), "adam": (1.0, 0.9)}, {"sgd": 100, "adam": 50})
    two = problem("two", {"adam": (0.5, 0.5), "sgd": (0.6, 0.0)}, {"sgd": 50, "adam": None})
    return Across((one, two))


def test_scores_run_from_the_untrained_network_to_the_best_optimizer(across):
    # One: untrained 0.1, the best mean 0.95. Two: the best mean 0.5; what is worse than untrained is 0.
    assert across.scores["adam"][0] == pytest.approx([0.9 / 0.85, 0.8 / 0.85])
    assert across.scores["sgd"][0] == pytest.approx([0.45 / 0.85] * 2)
    assert across.scores["adam"][1] == pytest.approx([1.0, 1.0])
    assert across.scores["sgd"][1] == pytest.approx([0.5 / 0.4, 0.0])


def test_a_problem_on_which_nothing_is_learned_scores_nothing():
    level = {"sgd": (0.1, 0.1), "adam": (0.1, 0.1 + 1e-15)}  # the untrained network's metric
    flat = [problem(name, level, {"sgd": None, "adam": None}) for name in ("one", "two")]
    assert all(not score.any() for scores in Across(tuple(flat)).scores.values() for score in scores)


def test_interquartile_means_leave_the_best_and_the_worst_quarter_out(across):
    mean, (low, high) = across.interquartile_means()["sgd"]
    assert mean == pytest.approx(0.45 / 0.85)  # of 0, 0.53, 0.53 and 1.25
    assert low <= mean <= high


def test_the_probability_of_improvement_is_the_mean_over_problems(across):
    chance, (low, high) = across.improvement("adam", "sgd")
    assert chance == pytest.approx((1.0 + 0.5) / 2)
    assert low <= chance <= high
    assert across.improvement("sgd", "adam")[0] == pytest.approx(1 - chance)


def test_profiles_count_the_problems_within_a_ratio_of_the_fastest(across):
    profiles = across.profiles()
    # Adam: fastest on one, never there on two. SGD: twice the fastest on one, fastest on two.
    assert profiles["adam"] == ([1.0, 2.0, 2.0], [0.5, 0.5, 0.5])
    assert profiles["sgd"] == ([1.0, 2.0, 2.0], [0.5, 0.5, 1.0])


def test_a_loss_scores_higher_when_lower():
    def losses(rule, tests):
        runs = tuple(replace(made.run(rule, 0.1, 1000 + k, 0.2, t)) for k, t in enumerate(tests))
        return made.Entrant(rule, rule, (), tuple(replace(r, validation_metric=(2.3, 1.0, 0.2)) for r in runs))

    one = made.comparison(losses("sgd", (0.3, 0.3)), losses("adam", (0.2, np.inf)), metric="loss", target=None)
    two = made.comparison(losses("sgd", (0.3, 0.3)), losses("adam", (0.2, 0.2)), metric="loss", target=None)
    across = Across((one, two))
    assert across.scores["sgd"][1] == pytest.approx([2.0 / 2.1] * 2)
    assert across.scores["adam"][0][1] == 0  # diverged
    assert across.profiles() == {}


def test_what_cannot_be_compared_is_refused():
    one = made.comparison(made.entrant("sgd", {0.1: 0.9}, (0.9, 0.91)))
    other = made.comparison(made.entrant("adam", {0.1: 0.9}, (0.9, 0.91)))
    with pytest.raises(RavineError, match="at least two"):
        Across((one,))
    with pytest.raises(RavineError, match="same names"):
        Across((one, other))
