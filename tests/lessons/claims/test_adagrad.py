"""The claims of the lesson: Adagrad."""

import numpy as np

from ravine.rules import rules
from ravine.studio.streams import feed
from tests.lessons.claims.reading import fed, states


def test_adagrads_steps_on_a_sparse_and_on_a_constant_stream():
    [state] = states("adagrad")
    steps = fed(state, "adagrad")["step"]
    np.testing.assert_allclose(steps[9::10], 0.1 / np.sqrt(np.arange(1, 11)))
    np.testing.assert_allclose(fed(state, "sgd")["step"][9::10], 0.1)
    constant = feed(rules["adagrad"], np.ones(100), lr=0.1)["step"]
    np.testing.assert_allclose(constant, 0.1 / np.sqrt(np.arange(1, 101)))
    scaled = feed(rules["adagrad"], 1000 * np.ones(100), lr=0.1)["step"]
    np.testing.assert_allclose(scaled, constant)  # the scale cancels
