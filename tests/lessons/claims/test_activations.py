"""The claims of the lesson: Activations and dead units."""

import numpy as np
import pytest

from ravine.activations import activations
from ravine.lessons import lesson
from ravine.lessons.chain import Chain
from tests.lessons.claims.networks import dead, percent, trained
from tests.lessons.claims.reading import text

TWO = {"examples": 500, "widths": (64, 64), "activation": "relu", "init": "he_uniform"}
BELOW = {"examples": 500, "widths": (64,), "init": "dead_bias", "rule": "adam", "settings": {"lr": 1e-3}}


def test_the_slopes_of_the_table():
    z = np.linspace(-30, 30, 60_001)
    slopes = {name: activations[name].slope(z) for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu")}
    assert slopes["sigmoid"].max() == pytest.approx(1 / 4)
    assert slopes["tanh"].max() == 1
    assert max(slopes["sigmoid"][[0, -1]].max(), slopes["tanh"][[0, -1]].max()) < 1e-12
    assert set(slopes["relu"]) == {0.0, 1.0}
    assert slopes["leaky_relu"].min() == 0.01
    assert slopes["elu"].min() > 0
    assert np.abs(np.diff(slopes["gelu"])).max() < 1e-3  # no kink
    assert np.abs(np.diff(activations["silu"].slope(z))).max() < 1e-3


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1])
def test_what_a_rate_kills(rate):
    found = trained(300, **TWO, rule="adam", settings={"lr": rate})
    shares = [percent(layer) for layer in dead(found)]
    row = f"{rate:g} {' '.join(shares)} {percent(found.score().accuracy)}"
    assert row in text("activations")


@pytest.mark.parametrize(("rate", "scale", "least"), [(1.0, "unit", 0.75), (0.1, "255", 1.0)])
def test_gradient_descent_kills_as_well(rate, scale, least):
    found = trained(300, **TWO, rule="sgd", settings={"lr": rate}, scale=scale)
    assert min(layer.mean() for layer in dead(found)) >= least
    assert "then all of them die" in text("activations")


def test_above_units_come_back_and_in_the_first_layer_never():
    training = trained(0, **TWO, rule="adam", settings={"lr": 0.03})
    woken, was = [0, 0], dead(training)
    for _ in range(20):
        now = dead(training.train(10))
        woken = [count + int((before & ~after).sum()) for count, before, after in zip(woken, was, now, strict=True)]
        was = now
    assert woken[0] == 0
    assert woken[1] > 0


def test_what_begins_at_minus_ten():
    right = {}
    for name in ("relu", "gelu", "elu", "silu", "leaky_relu"):
        found = trained(0, **BELOW, activation=name)
        assert all(layer.all() for layer in dead(found)) or name == "silu"
        before = found.parameters.copy()
        right[name] = found.train(1000).score().accuracy
        if name == "relu":
            hidden = 65 * 64
            assert np.array_equal(found.parameters[:hidden], before[:hidden])
    assert {name: percent(share) for name, share in right.items()} == {
        "relu": "12 %", "gelu": "12 %", "elu": "100 %", "silu": "95 %", "leaky_relu": "71 %",
    }  # fmt: skip
    assert right["elu"] > 0.99
    said = text("activations")
    assert "1000 steps bring ELU above 99 % on its training set, SiLU to 95 %, leaky ReLU to 71 %" in said
    assert activations["gelu"].slope(-10.0) == pytest.approx(-8e-22, rel=0.06)


def test_the_tasks_of_the_chain():
    use, network = lesson("activations").widgets
    assert (network.state.recipe.init, network.state.twin.activation) == ("dead_bias", "elu")
    off = {"activation": "relu", "depth": 4, "weight": 1.0, "bias": -1.0, "input": 0.5}
    assert use.state.query == "&".join(
        f"{name}={value:g}" if name != "activation" else f"{name}={value}" for name, value in off.items()
    )
    assert Chain(**off).gradients()[-1] == 0
    assert Chain(**{**off, "bias": 0.0}).gradients()[-1] == 1
    assert Chain(**{**off, "activation": "leaky_relu"}).gradients()[-1] > 0
