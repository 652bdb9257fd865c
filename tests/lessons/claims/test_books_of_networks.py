"""The claims of the activations' and initializers' own files, and of the experiments on the page of the network."""

import numpy as np
import pytest

from ravine.activations import activations
from ravine.initializers import initializers
from ravine.lessons.network_state import read
from ravine.lessons.starts import measure
from ravine.networks import Training
from ravine.networks.perceptron import forward, layers_of
from ravine.studio.networks_shown import FIRST
from tests.lessons.claims.ledger import claims, elsewhere, excused
from tests.lessons.claims.networks import dead, trained

Z = np.linspace(-30, 30, 60_001)
NORMAL = np.random.default_rng(0).standard_normal(100_000)


def value(name, z=Z):
    return activations[name](z)


def slope(name, z=Z):
    return activations[name].slope(z)


@claims(
    "outputs whose mean is nearer to 0 than ReLU's, and a slope below 0 as well",
    "far below 0 it saturates as the others do",
    "smooth, and open a little way below 0",
    "smooth, and open a little way below 0, with nothing dearer than an exponential",
    "it turns back below -1.28, so that two inputs may have one output",
)
def test_below_0():
    assert abs(value("elu", NORMAL).mean()) < value("relu", NORMAL).mean() / 2
    assert slope("elu", -1.0) > 0.3 > 1e-6 > slope("elu", -20.0) > 0
    for name in ("gelu", "gelu_tanh", "silu"):
        assert abs(slope(name, -1.0)) > 0.05
        assert abs(slope(name, -12.0)) < 1e-3
    assert f"{Z[value('silu').argmin()]:.2f}" == "-1.28"
    for costly in ("erf", "tanh", "log"):
        assert costly not in activations["silu"].javascript()


@claims(
    "two forms are in use, which differ in the fourth digit",
    "up to 5e-4 away from GELU: weights learned with one and used with the other lose a little",
)
def test_the_two_forms_of_gelu():
    apart = np.abs(value("gelu") - value("gelu_tanh")).max()
    assert 4e-4 < apart < 5e-4
    found = trained(100, examples=200, widths=(32,), activation="gelu", init="he_uniform")
    mine = found.score().loss
    found.activation = activations["gelu_tanh"]
    assert 0 < abs(found.score().loss - mine) < 1e-3


@claims(
    "gates on a small device: no exponential",
    "beyond 3 its slope is exactly 0, where the sigmoid's is only small",
    "beyond 1 its slope is exactly 0: a unit can be dead on both sides",
    "the yardstick of all others, since it changes no gradient",
    "one more number to choose, on which frameworks differ",
    "no slope but 1 and 0, so that depth alone shrinks no gradient",
    "its slope is a quarter at best, so that each layer of it shrinks the gradient",
    "it is never centred at 0",
    "never 0 and never centred at 0",
    "outputs centred at 0, and a slope near 1 while inputs are small",
    "saturates on both sides: beyond |z| = 3 less than a hundredth of the gradient is passed back",
)
def test_slopes_and_values():
    assert "exp" not in activations["hard_sigmoid"].javascript()
    assert not slope("hard_sigmoid", Z[np.abs(Z) > 3]).any()
    assert slope("sigmoid", 3.1) > 0.01
    assert not slope("hard_tanh", Z[np.abs(Z) > 1]).any()
    assert set(slope("identity")) == {1.0}
    assert activations["leaky_relu"].parameters != activations["leaky_relu_keras"].parameters
    assert set(slope("relu")) == {0.0, 1.0}
    assert slope("sigmoid").max() == 0.25
    assert min(value("sigmoid").min(), value("softplus").min()) > 0
    assert value("tanh", NORMAL).mean() == pytest.approx(0, abs=0.01)
    assert slope("tanh", 0.1) > 0.99
    assert slope("tanh", Z[np.abs(Z) > 3]).max() < 0.01


@claims(
    "ReLU: a gain of √2 makes up for the half that it turns off",
    "a leaky one of slope s wants √(2/(1 + s²))",
    "with tanh: units begin further out than with Glorot's, where it is flatter",
    "the same as Glorot uniform",
    "tanh, and whatever is near the identity about 0: signal and gradient keep their size through the layers",
    "with ReLU, which halves the signal's power in each layer: deep down little is left",
)
def test_he_and_glorot():
    assert np.mean(value("relu", NORMAL) ** 2) == pytest.approx(1 / 2, rel=0.02)
    torch = pytest.importorskip("torch")
    assert torch.nn.init.calculate_gain("leaky_relu", 0.3) == pytest.approx(np.sqrt(2 / (1 + 0.3**2)))
    assert np.mean(value("leaky_relu", NORMAL) ** 2) == pytest.approx((1 + 0.01**2) / 2, rel=0.02)
    assert min(measure("he_uniform", "tanh").outputs) > max(measure("glorot_uniform", "tanh").outputs[1:])
    uniform, normal = (initializers[f"glorot_{form}"].deviation(70, 30) for form in ("uniform", "normal"))
    assert uniform == pytest.approx(normal)
    for start in ("glorot_uniform", "glorot_normal"):
        found = measure(start, "identity")
        assert 1 / 3 < found.signal < 3
        assert 1 / 3 < found.gradient < 3
        assert measure(start, "relu").signal ** 2 == pytest.approx(0.5**9, rel=0.7)


@claims(
    "says nothing of the way back: where layers narrow or widen, gradients shrink or grow",
    "the signal grows with √fan_in in each layer: tanh saturates, ReLU's outputs and the first loss are huge",
    "the signal shrinks in every layer of fewer than 10,000 inputs, and the gradient with it",
    "a third of the variance of LeCun's: through many layers the signal fades, and biases take its place",
)
def test_the_other_starts():
    back = {n: n * initializers["lecun_normal"].deviation(100, n) ** 2 for n in (20, 100, 500)}  # n outputs' gradients
    assert back[20] < 0.5 < back[100] < 2 < back[500]
    assert 100 * initializers["signs"].deviation(100, 100) ** 2 == pytest.approx(100)  # the power of a sum
    wild = measure("signs", "relu")
    assert wild.loss > 1e6
    assert wild.outputs[-1] > 1e6
    assert min(measure("signs", "tanh").outputs) > 0.9
    assert 10_000 * initializers["small_normal"].deviation(10_000, 1) ** 2 == pytest.approx(1)
    thirds = [initializers[name].deviation(64, 64) ** 2 for name in ("torch_linear", "lecun_uniform")]
    assert thirds[0] == pytest.approx(thirds[1] / 3)
    faded = trained(0, examples=200, scale="standard", widths=(64,) * 10, activation="tanh", init="torch_linear")
    way = forward(layers_of(faded.parameters, faded.recipe.sizes), faded.activation, faded.task.train[0])
    by_example, whole = (
        np.sqrt(np.mean(part**2)) for part in (way.inputs[-1] - way.inputs[-1].mean(0), way.inputs[-1])
    )
    assert by_example < 0.1 * whole  # nearly the same for every example


@claims(
    "a network of one or two layers",
    "every unit is off for every example: with ReLU all are dead before the first step, with others saturated",
    "with ReLU or tanh no gradient reaches anything but the last layer's biases",
    "a unit that is off for every example gets no gradient: it is dead, unless what it reads changes",
)
def test_starts_that_fail_and_one_that_does_for_shallow_nets():
    shallow = {"examples": 300, "widths": (64,), "activation": "relu"}
    assert trained(300, **shallow, init="small_normal").score().accuracy > 0.9
    below = trained(1, **shallow, init="dead_bias")
    assert all(layer.all() for layer in dead(below))
    assert not below.gradient[: 65 * 64].any()
    assert slope("tanh", -9.0) < 1e-7
    for activation in ("relu", "tanh"):
        assert not trained(5, examples=100, widths=(8, 8), activation=activation, init="zeros").gradient[:-10].any()


@claims("A thousand steps bend straight lines into a spiral.")
def test_a_thousand_steps_learn_the_spiral():
    assert Training(read(FIRST).recipe).train(1000).score().accuracy > 0.99


elsewhere(
    "tests/studio/test_network_state.py::test_the_experiments_show_what_they_say",
    "Nothing but the last biases ever moves.",
    "Labels drawn by lot are learned to the last one, and say nothing of new digits.",
    "The twin trains with half of its hidden units off: on points held out its loss is less than half.",
    "With biases of −10 no unit of the first layer is on for any example.",
)

excused(
    "instruction",
    "Eight layers of sigmoid: read the gradient’s norm from the last layer to the first.",
    "nothing",
    "nothing, as weights",
    "nothing, as first weights",
    "nothing has to be said",
)
