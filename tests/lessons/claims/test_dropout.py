"""The claims of the lesson: Dropout."""

import numpy as np
import pytest
from scipy.special import log_softmax

from ravine.lessons import lesson
from ravine.networks import Recipe
from ravine.networks.training import Training, masks
from tests.lessons.claims.reading import text


def test_forward_backward_and_test_are_pytorchs():
    torch = pytest.importorskip("torch")
    a = torch.linspace(0.5, 2, 50, dtype=torch.float64).requires_grad_()
    torch.manual_seed(0)
    passed = torch.nn.functional.dropout(a, 0.3)
    passed.sum().backward()
    m = (passed != 0).double()
    assert torch.allclose(passed, a * m / 0.7)
    assert torch.allclose(a.grad, m / 0.7)
    assert torch.equal(torch.nn.functional.dropout(a, 0.3, training=False), a)


def test_each_example_has_a_mask_of_its_own_in_each_step():
    recipe = Recipe(data="digits", widths=(32,), dropout=0.5)
    first, again, next_ = (masks(recipe, step, 4)[1] for step in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, next_)
    assert not np.array_equal(first[0], first[1])
    assert set(np.unique(first)) == {0.0, 2.0}


def test_a_dropped_logit_is_a_vote():
    whole, without = -log_softmax([6, 0, -6])[0], -log_softmax([0, 0, -12])[0]
    assert f"the loss {whole:.4f}; without the first it is {without:.2f}" in text("dropout")


def test_the_gradient_is_noisier_with_dropout():
    def spread(p):
        recipe = Recipe(
            data="digits",
            examples=200,
            batch=0,
            widths=(64,),
            activation="relu",
            init="he_uniform",
            dropout=p,
            rule="sgd",
            settings={"lr": 1e-12},
        )
        training = Training(recipe)
        drawn = np.array([training.train(1).gradient for _ in range(20)])
        return drawn.std(axis=0).max()

    assert spread(0.0) < 1e-9  # the batch is everything: without dropout nothing is drawn
    assert spread(0.5) > 1e-3


def test_dropped_channels_are_whole():
    torch = pytest.importorskip("torch")
    passed = torch.nn.functional.dropout2d(torch.ones(1, 40, 5, 5), 0.5)[0]
    assert {tuple(channel.unique().tolist()) for channel in passed} == {(0.0,), (2.0,)}


def test_the_two_readings_of_the_same_number():
    first, _, second = (use.state.texts for use in lesson("dropout").widgets)
    assert first["p"] == "0.5"
    assert (second["p"], second["meaning"]) == ("0.8", "keep")


def test_the_twin_with_dropout_does_better_on_points_held_out():
    [state] = [use.state for use in lesson("dropout").widgets if use.kind == "network"]
    whole, dropped = (Training(recipe).train(1500) for recipe in (state.recipe, state.twin))
    assert dropped.score(held_out=True).loss < 0.5 * whole.score(held_out=True).loss
    assert dropped.score().loss > whole.score().loss
