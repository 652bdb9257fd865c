"""The claims of the lesson: Momentum."""

import math

import numpy as np
import pytest

from ravine import descend
from ravine.landscapes import landscapes
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.reading import curvatures, runs, states, text


def test_a_constant_gradient_makes_ten_times_the_step():
    assert feed(rules["momentum"], np.ones(400))["v"][-1] == pytest.approx(10)
    assert "ten times the step of plain descent" in text("momentum")


def test_the_three_kinds_of_motion_and_their_border():
    state = states("momentum")[0]
    rate = state.settings["momentum"]["lr"]
    critical = (1 - math.sqrt(rate * 1)) ** 2
    assert f"≈{critical:.2f}" in text("momentum").replace(" ", "")

    def along(mu):
        return runs(state, momentum__momentum=mu)["momentum"].points[:, 0]

    assert along(critical - 0.01).max() <= 1e-9  # no overshoot
    assert along(critical + 0.02).max() > 0
    assert along(0.9).max() > 1
    settled = {mu: np.abs(along(mu))[80] for mu in (0.0, 0.5, critical, 0.9, 0.95)}
    assert min(settled, key=settled.get) == critical  # the fastest without a swing, and here of all
    assert settled[0.95] > settled[0.9]


def test_momentum_widens_the_limit():
    limit = 2 * (1 + 0.5) / 20
    inside, outside = (
        descend("momentum", "ravine", steps=400, lr=limit * share, momentum=0.5) for share in (0.99, 1.01)
    )
    assert abs(inside.points[-1, 1]) < 1e-2 < 1 < abs(outside.points[-1, 1])


def test_polyaks_best_pair():
    low, high = curvatures(landscapes["ravine"])
    rate = (2 / (math.sqrt(low) + math.sqrt(high))) ** 2
    mu = ((math.sqrt(high) - math.sqrt(low)) / (math.sqrt(high) + math.sqrt(low))) ** 2
    assert f"η={rate:.3f}, μ={mu:.2f}" in text("momentum").replace(" = ", "=")
    best = descend("momentum", "ravine", steps=100, lr=rate, momentum=mu).values[-1]
    for lr, momentum in ((0.9 * rate, mu), (1.1 * rate, mu), (rate, mu - 0.1), (rate, mu + 0.1), (0.02, 0.9)):
        assert best < descend("momentum", "ravine", steps=100, lr=lr, momentum=momentum).values[-1]


def test_a_rate_that_is_written_twice_is_squared():
    stream = gradients("noisy", 40)
    twice = feed(rules["momentum"], 0.1 * stream, lr=0.1)["position"]  # inside the velocity, and outside
    np.testing.assert_allclose(twice, feed(rules["momentum"], stream, lr=0.1**2)["position"])


def test_where_the_rate_stands_makes_no_difference_until_it_changes():
    stream = gradients("noisy", 40)
    outside, inside = (feed(rules[name], stream, lr=0.1, momentum=0.9) for name in ("momentum", "momentum_lr_inside"))
    np.testing.assert_allclose(outside["position"], inside["position"])
    averaged = feed(rules["momentum_averaged"], stream, lr=0.1, beta=0.9)
    np.testing.assert_allclose(averaged["step"] * 10, outside["step"])


def test_below_the_border_more_momentum_is_faster():
    def steps(mu):
        along = np.abs(descend("momentum", "ravine", (-4.0, 0.0), 400, lr=0.02, momentum=mu).points[:, 0])
        return int(np.flatnonzero(along > 0.01 * along[0])[-1]) + 1

    taken = [steps(mu) for mu in (0.0, 0.5, 0.7)]
    assert "in {} steps without momentum, in {} at 0.5 and in {} at 0.7".format(*taken) in text("momentum")


def test_steady_gradients_add_up_and_alternating_ones_cancel():
    steady, alternating = (feed(rules["momentum"], stream)["v"] for stream in (np.ones(200), np.tile([1.0, -1.0], 100)))
    assert abs(alternating[-1]) < 0.6 < 9 < steady[-1]
