"""The claims of the lesson: RMSprop."""

import math

import numpy as np
import pytest

from ravine import descend
from ravine.dialect_tables import FORMS
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.reading import runs, states, text


def test_what_the_average_remembers():
    s = feed(rules["rmsprop"], gradients("impulse", 40), alpha=0.9)["s"]
    np.testing.assert_allclose(s, 0.1 * 0.9 ** np.arange(40))
    half = {alpha: math.log(0.5) / math.log(alpha) for alpha in (0.9, 0.99)}
    assert f"gone after {half[0.9]:.0f} steps, with 0.99 after {half[0.99]:.0f}" in text("rmsprop")


def test_rmsprops_first_step_is_ten_times_the_rate():
    first = feed(rules["rmsprop"], np.ones(500), lr=1.0, alpha=0.99)["step"]
    assert first[0] == pytest.approx(1 / math.sqrt(1 - 0.99), rel=1e-6) == pytest.approx(10)
    assert first.argmax() == 0
    assert "ten times the rate" in text("rmsprop")


def test_rmsprop_takes_the_diagonal_and_never_settles_at_a_large_rate():
    state = states("rmsprop")[1]
    path = runs(state)["rmsprop"].points
    steps = np.abs(np.diff(path[:30], axis=0))
    assert np.median(steps[5:, 0]) == pytest.approx(np.median(steps[5:15, 1]), rel=0.6)  # along and across
    late = runs(state, rmsprop__lr=0.2)["rmsprop"].points[-20:]
    assert np.abs(late).max() > 0.05
    assert np.abs(runs(state)["sgd"].points[-1, 1]) < 1e-12


def test_it_swings_by_half_the_rate_at_any_rate():
    for rate in (0.05, 0.1, 0.2):
        late = np.abs(descend("rmsprop", "ravine", steps=800, lr=rate, alpha=0.9).points[-50:, 0])
        np.testing.assert_allclose(late, rate / 2, rtol=0.02)
    assert "swings by half of that to either side" in text("rmsprop")


def test_the_defaults_and_starts_that_the_lesson_names():
    torch, keras = FORMS["torch"]["rmsprop"].settings, FORMS["keras"]["rmsprop"].settings
    assert (torch["alpha"][1], torch["lr"][1]) == (0.99, 0.01)
    assert (keras["alpha"][1], keras["lr"][1]) == (0.9, 0.001)
    assert (FORMS["torch"]["rmsprop"].fixed["s0"], FORMS["tf1"]["rmsprop"].fixed["s0"]) == (0.0, 1.0)
    first = {name: feed(rules[name], [0.1], lr=0.01)["step"][0] for name in ("rmsprop", "rmsprop_tf1")}
    assert first["rmsprop_tf1"] < 0.01 < first["rmsprop"]
