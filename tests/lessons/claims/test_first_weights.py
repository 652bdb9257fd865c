"""The claims of the lesson: The first weights. What a table of it shows is measured where the page is made."""

from dataclasses import replace

import numpy as np
import pytest

from ravine.initializers import initializers
from ravine.lessons import lesson
from ravine.lessons.starts import DEPTH, WIDTH, measure
from ravine.networks import Recipe, Training
from ravine.networks.first_weights import first_weights
from ravine.networks.perceptron import layers_of
from tests.lessons.claims.networks import percent, trained
from tests.lessons.claims.reading import text


def test_what_a_start_measures_is_what_pytorch_measures():
    torch = pytest.importorskip("torch")
    recipe = Recipe(data="digits", examples=500, scale="standard", widths=(WIDTH,) * DEPTH, init="he_uniform")
    x, targets = recipe.task.train
    signal, outputs, sums = torch.tensor(x), [], []
    layers = layers_of(first_weights(recipe), recipe.sizes)
    for layer in layers:
        z = torch.nn.functional.linear(signal, torch.tensor(layer.weights), torch.tensor(layer.biases)).requires_grad_()
        sums.append(z)
        signal = torch.relu(z)
        outputs.append(signal)
    loss = torch.nn.functional.cross_entropy(sums[-1], torch.tensor(targets).long())
    gradients = torch.autograd.grad(loss, sums[:-1])

    def size(values):
        return values.pow(2).mean().sqrt().item()

    found = measure("he_uniform", "relu")
    assert found.loss == pytest.approx(loss.item())
    assert found.signal == pytest.approx(size(outputs[-2]) / size(outputs[0]))
    assert found.gradient == pytest.approx(size(gradients[0]) / size(gradients[-1]))


def test_the_variances_and_bounds_that_are_named():
    for name, variance in (("glorot_uniform", 2 / (30 + 50)), ("he_uniform", 2 / 50), ("torch_linear", 1 / (3 * 50))):
        assert initializers[name].deviation(50, 30) ** 2 == pytest.approx(variance)
    assert initializers["glorot_uniform"].bound(50, 30) == pytest.approx(np.sqrt(6 / 80))
    assert initializers["he_uniform"].bound(50, 30) == pytest.approx(np.sqrt(6 / 50))
    assert initializers["torch_linear"].bound(50, 30) == pytest.approx(1 / np.sqrt(50))
    assert initializers["torch_linear"].deviation(50, 30) ** 2 == pytest.approx(
        initializers["he_uniform"].deviation(50, 30) ** 2 / 6
    )


def test_signals_and_gradients_keep_their_size_with_the_start_that_matches():
    for seed in range(3):
        he, glorot = measure("he_uniform", "relu", seed=seed), measure("glorot_uniform", "tanh", seed=seed)
        assert 0.2 < he.signal < 2
        assert 0.2 < he.gradient < 5
        assert 0.2 < glorot.signal < 2
        assert 0.2 < glorot.gradient < 5


def test_what_is_to_be_predicted():
    for seed in range(3):
        assert 0 < measure("torch_linear", "relu", seed=seed).gradient < 1e-3
        wild = measure("signs", "tanh", seed=seed)
        assert wild.gradient > 100
        assert min(wild.outputs) > 0.9  # the root mean square: all near -1 or 1
        assert measure("signs", "relu", seed=seed).signal > 1e5


def test_the_starts_that_fail():
    small = measure("small_normal", "tanh")
    assert small.signal < 1e-9
    assert small.gradient < 1e-9
    assert measure("zeros", "relu").gradient == 0
    still = trained(100, examples=200, widths=(16, 16), activation="relu", init="zeros")
    assert not still.parameters[:-10].any()  # only the last biases learn
    assert still.parameters[-10:].all()


def test_the_first_loss():
    assert f"{np.log(10):.2f}" == "2.30"
    assert measure("zeros", "relu").loss == pytest.approx(np.log(10))
    assert "2.30 for ten" in text("first-weights")
    assert measure("signs", "relu").loss > 1e8


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_what_the_living_network_shows():
    [use] = lesson("first-weights").widgets
    he, default = (Training(recipe).train(300) for recipe in (use.state.recipe, use.state.twin))
    assert use.state.twin.init == "torch_linear"
    assert he.score().accuracy == 1
    assert percent(default.score().accuracy) == "12 %"
    for init in ("constant", "signs"):
        assert Training(replace(use.state.recipe, init=init)).train(100).score().accuracy < 0.2
    with_adam = replace(use.state.twin, rule="adam", settings={"lr": 0.001})
    assert Training(with_adam).train(300).score().accuracy > 0.9  # it hides it
