"""The claims of the lesson: Gradient descent."""

import math

import numpy as np
import pytest

from ravine import descend
from ravine.dialect_tables import FORMS
from ravine.landscapes import landscapes
from ravine.lessons.checks import checks
from ravine.lessons.review import main_rules
from ravine.rules import rules
from tests.lessons.claims.reading import curvatures, runs, states, text


def test_the_limit_of_the_rate_is_two_over_the_largest_curvature():
    low, high = curvatures(landscapes["ravine"])
    assert f"curvatures {low:.0f} and {high:.0f}: the limit is {2 / high:.1f}" in text("gradient-descent")
    [state] = states("gradient-descent")
    at = {rate: np.abs(runs(state, sgd__lr=rate)["sgd"].points[:, 1]) for rate in (0.04, 0.099, 0.1, 0.101)}
    assert at[0.04][-1] < 1e-6
    assert at[0.099][-1] < at[0.099][0]
    np.testing.assert_allclose(at[0.1], 1)  # swings without end
    assert np.all(np.diff(at[0.101]) > 0)
    # Each step multiplies the distance by 1 - rate * curvature.
    np.testing.assert_allclose(at[0.101][1:], at[0.101][:-1] * abs(1 - 0.101 * high), rtol=1e-6)


def test_the_noise_of_a_batch_shrinks_with_its_root():
    examples = np.random.default_rng(0).standard_normal((20_000, 64))
    assert "the noise shrinks with the root of the batch" in text("gradient-descent")
    assert examples.mean(axis=1).std() == pytest.approx(1 / math.sqrt(64), rel=0.02)


def test_gradient_descent_is_the_oldest_rule_of_the_course():
    assert main_rules()[0].name == "sgd"
    assert rules["sgd"].year < rules["momentum"].year


def test_the_advice_for_those_in_a_hurry_is_pytorchs_defaults():
    defaults = dict(FORMS["torch"]["adamw"].settings.values())
    said = f"a rate of {defaults['lr']} and a weight decay of {defaults['weight_decay']}"
    assert said in text("gradient-descent")


def test_the_number_of_steps_grows_with_the_condition():
    def steps_to_a_thousandth(condition):
        ravine = landscapes["ravine"].with_parameters(condition=condition)
        run = descend("sgd", ravine, (-1.0, 0.0), 4000, lr=1 / condition)  # half of the limit
        return int((np.abs(run.points[:, 0]) > 1e-3).sum())

    few, more, many = (steps_to_a_thousandth(condition) for condition in (5, 20, 80))
    assert more == pytest.approx(4 * few, rel=0.15)
    assert many == pytest.approx(4 * more, rel=0.15)


def test_the_path_hovers_only_where_batches_disagree_at_the_minimum():
    # With gradients that are noisy at the minimum it stays away; with noise that vanishes there it arrives.
    assert checks()["hovers"]("closer for the smaller rate")
    random, theta = np.random.default_rng(0), 1.0
    inputs = random.standard_normal(64)  # the targets are fitted exactly by θ = 0
    for _ in range(2000):
        theta -= 0.2 * np.mean(inputs[random.integers(0, 64, 4)] ** 2) * theta
    assert abs(theta) < 1e-12
