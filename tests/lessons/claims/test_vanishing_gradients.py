"""The claims of the lesson: Vanishing gradients."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ravine.lessons import lesson
from ravine.lessons.chain import Chain
from ravine.lessons.checks import networks, sick_runs
from ravine.lessons.quiz_file import quizzes
from ravine.networks import Training
from ravine.networks.perceptron import layers_of
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.networks import percent


def left(**chain):
    """What is left of the gradient at the input; what is not said is the widget's default."""
    return Chain(**chain).gradients()[-1]


@claims(
    "Why the first layers of a deep net may hear nothing: on its way back a gradient meets a slope and a weight in every layer.",
    "The gradient reaches the first layer through all the others, and each of them multiplies it.",
    r"$\frac{\partial a_L}{\partial a_0} = \prod_{l=1}^{L} f'(z_l)\,w$",
    "Eight sigmoid layers: each slope and each weight multiplies what is left of the gradient, on an axis of powers of ten.",
    "Each layer multiplies once more by a slope of at most 1/4, and by its weights.",
)
def test_what_a_chain_leaves_is_what_pytorch_leaves():
    torch = pytest.importorskip("torch")
    for name, f in (("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("relu", torch.relu)):
        x = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
        a = x
        for _ in range(6):
            a = f(1.3 * a - 0.2)
        a.backward()
        assert left(activation=name, depth=6, weight=1.3, bias=-0.2, input=0.7) == pytest.approx(x.grad.item())
    assert max(Chain(weight=1.3, bias=-0.2, input=0.7).slopes()) <= 0.25


@claims(
    "| Eight layers of the sigmoid with a weight of 1. How much of the gradient is left at the input? → less than a hundred-thousandth |",
    r"It is $5.5 \cdot 10^{-6}$.",
    r"The sigmoid’s slope is $\sigma(1 - \sigma)$, a quarter at best, and eight quarters make $1.5 \cdot 10^{-5}$ already.",
    "The lower curve shows that the layers do not even stand where it is steepest.",
    r"The sigmoid’s slope is a quarter at best, at $z = 0$: {depth} layers leave $(1/4)^{{depth}}$ = {key}.",
    "A half is what the sigmoid gives at 0.",
    r"Its slope there, $\sigma(1-\sigma)$, is a quarter.",
    "Eight slopes of less than a quarter leave less than a hundred-thousandth.",
)
def test_eight_sigmoids():
    [shown, *_] = lesson("vanishing-gradients").widgets
    assert shown.state.query == "activation=sigmoid&depth=8&weight=1&input=1"  # which is what left() stands for
    assert left() == pytest.approx(5.5e-6, rel=0.01)
    assert pytest.approx(1.5e-5, rel=0.02) == 0.25**8
    assert max(Chain().slopes()) < 0.25 == 1 / (1 + np.exp(0)) * (1 - 1 / (1 + np.exp(0)))
    assert left(input=0.5) < 1e-5
    assert left(depth=4) > 1e-3 > left(depth=5)  # the task
    for question in quizzes()["vanishing-gradients"]:
        if question.id == "best-case":
            assert question.number.key == pytest.approx(0.25 ** int(question.text.split()[3]))


@claims(
    r"Below, every layer stands at $z = 0$: each factor is $\frac14 \cdot 4 = 1$, and nothing is lost.",
    "A weight of 4 with a bias of −2: a gradient that keeps its size, as long as the input is 0.5.",
    "A large weight also makes $z$ large, and far from 0 the sigmoid is flat: an input of 1 leaves a twentieth.",
    "Without the bias no positive weight leaves as much as a ten-thousandth, whatever the input.",
    "Each layer stands at $z = 0$, where a quarter times 4 is 1.",
)
def test_the_knifes_edge():
    edge = {"weight": 4.0, "bias": -2.0}
    assert left(**edge, input=0.5) == 1
    assert all(slope == 0.25 for slope in Chain(**edge, input=0.5).slopes())
    assert left(**edge, input=1.0) == pytest.approx(1 / 20, rel=0.1)
    weights, inputs = np.arange(0.05, 20, 0.05), np.arange(-20, 20, 0.1)
    z = weights[:, None] * inputs
    left_ = np.ones_like(z)
    for _ in range(8):
        a = 1 / (1 + np.exp(-np.clip(z, -700, 700)))
        left_ *= a * (1 - a) * weights[:, None]
        z = weights[:, None] * a
    assert 9e-5 < left_.max() < 1e-4


@claims(
    r"Tanh’s slope, $1-\tanh^2 z$, is 1 at $z = 0$.",
    "With a weight and an input of 1 its eight layers keep 5 %, ten thousand times what the sigmoid keeps.",
    r"It saturates, too: with a weight of 2 only $5 \cdot 10^{-7}$ is left.",
    "ReLU’s slope is 1, or 0.",
    "While its units are on, the weights alone decide: $0.5^8$ is 0.4 %, and $1.5^8$ is 26: the gradient **explodes**.",
    "Every slope is 1, so that only the weights are left: ${weight}^{{depth}}$ = {key}.",
    "The outputs settle near 0.96, where tanh is flat: what the weights give the slopes take away many times over.",
    "All units are on: every slope is 1 and every weight is 1.",
    "$z$ is −0.5 in the first layer: its slope is exactly 0, and nothing gets through.",
)
def test_tanh_and_relu():
    assert Chain(activation="tanh", input=0.0).slopes()[0] == 1
    assert left(activation="tanh") == pytest.approx(0.05, rel=0.1)
    assert left(activation="tanh") / left() == pytest.approx(10_000, rel=0.03)
    assert left(activation="tanh", weight=2.0) == pytest.approx(5e-7, rel=0.04)
    assert left(activation="relu", weight=0.5) == pytest.approx(0.004, rel=0.03)
    assert left(activation="relu", weight=1.5) == pytest.approx(26, rel=0.02)
    settled = 0.5
    for _ in range(8):
        settled = np.tanh(2 * settled)
    assert f"{settled:.2f}" == "0.96"
    assert left(activation="tanh", weight=2.0, input=0.5) < 1e-4
    assert set(Chain(activation="relu", input=0.5).slopes()) == {1.0}
    assert Chain(activation="relu", bias=-1.0, input=0.5).slopes()[0] == 0 == 0.5 - 1 + 0.5
    for question in quizzes()["vanishing-gradients"]:
        if question.id == "relu-weights":
            depth, weight = int(question.text.split()[0]), float(question.text.split("is ")[1].split(". ")[0])
            assert question.number.key == pytest.approx(weight**depth)


@cache
def digits(layers, rule, rate, seed=0):
    """The net of the last widget after its 600 steps, with so many layers, that rule and that rate."""
    *_, use = lesson("vanishing-gradients").widgets
    recipe = replace(use.state.recipe, widths=(32,) * layers, rule=rule, settings={"lr": rate}, seed=seed)
    assert (recipe.examples, recipe.init, recipe.steps) == (500, "glorot_uniform", 600)
    return Training(recipe).train(recipe.steps)


def ratio(layers, steps=1, rule="sgd"):
    """The first layer's gradient as a share of the last one's."""
    recipe = replace(digits(5, "sgd", 0.1).recipe, widths=(32,) * layers, rule=rule, batch=0 if steps == 1 else 32)
    gradient = layers_of(Training(recipe).train(steps).gradient, recipe.sizes)
    return np.linalg.norm(gradient[0].weights) / np.linalg.norm(gradient[-1].weights)


@claims(
    "A sigmoid net on 500 handwritten digits, five hidden layers of 32 with Glorot’s start: the first layer’s gradient is about a thousandth of the last one’s.",
    "The first layer’s gradients stay a hundred-thousandth of the last one’s, and so do its steps.",
)
def test_the_first_layer_hears_a_thousandth_of_the_last_with_five_layers_and_far_less_with_eight():
    assert 5e-4 < ratio(5) < 3e-3
    assert 5e-6 < ratio(8) < 3e-5
    assert ratio(8, steps=50, rule="momentum") < 1e-4


@claims(
    "After 600 steps gradient descent and momentum, at rates of 0.1 and 1, are still at chance.",
    "Adam at 0.01, which divides by the size, is right about more than 85 %.",
    "But with eight layers, where the ratio is about a hundred-thousandth, luck decides: one seed gets to 69 %, another to 23 %.",
)
def test_descent_and_momentum_starve_and_adam_rescales():
    for rule in ("sgd", "momentum"):
        for rate in (0.1, 1.0):
            assert digits(5, rule, rate).score().accuracy < 0.15
    assert digits(5, "adam", 0.01).score().accuracy > 0.85
    assert [percent(digits(8, "adam", 0.01, seed).score().accuracy) for seed in (5, 4)] == ["69 %", "23 %"]


@claims(
    "Your classifier of emotions gets deeper, and stops learning.",
    "Or only its last layers learn.",
    "Five hidden layers and plain descent: sigmoid, and its twin with tanh.",
)
def test_what_the_living_network_shows():
    *_, use = lesson("vanishing-gradients").widgets
    sick = digits(5, "sgd", 0.1)
    assert (use.state.recipe, use.state.twin.activation) == (sick.recipe, "tanh")
    assert sick.score().accuracy < 0.2
    assert Training(use.state.twin).train(600).score().accuracy > 0.99
    start = layers_of(Training(sick.recipe).parameters, sick.recipe.sizes)
    moved = [
        np.linalg.norm(after.weights - before.weights)
        for before, after in zip(start, layers_of(sick.parameters, sick.recipe.sizes), strict=True)
    ]
    assert moved[0] < 0.05 * moved[-1]


@claims(
    "The product of weights and slopes stays near 1 from layer to layer: the first layer hears as much as the last.",
)
def test_hes_start_keeps_the_gradient_within_a_factor_of_three():
    first, *_, last = networks._gradient_sizes(np.sqrt(6 / networks.UNITS))
    assert 1 / 3 < first / last < 3


@claims(
    "Six hidden layers, 200 points of two moons, gradient descent.",
    "It stays near ln 2, the loss of who knows nothing of two classes.",
    "Each layer of sigmoid multiplies it by at most a quarter, and by the weights: the first layer gets less than a hundredth of what the last one has.",
    "Its slope is 1 at the middle, four times the sigmoid’s: the first layer gets its share, and the loss falls.",
    "What is too small already becomes smaller still.",
)
def test_the_sick_run_of_the_quiz():
    [sick] = [question for question in quizzes()["vanishing-gradients"] if question.kind == "diagnose"]
    recipe = sick.run.recipe
    assert (len(recipe.widths), recipe.examples, recipe.data, recipe.rule) == (6, 200, "moons", "sgd")
    assert sick_runs.ails(sick.run.query, "vanishing")
    losses = [sick_runs._trained(sick.run.query, step).score().loss for step in (0, 100, 200)]
    assert losses == pytest.approx([np.log(2)] * 3, abs=0.08)
    tanh, tenth, _ = (sick_runs.changed(sick.run.query, cure.change) for cure in sick.cures)
    assert not sick_runs.ails(tanh, "vanishing")
    assert sick_runs._trained(tanh).score().loss < 0.3
    assert sick_runs._trained(tenth).score().loss == pytest.approx(np.log(2), abs=0.01)


excused(
    "definition",
    "The smallest deep net is a chain.",
    "Each layer has one unit, which multiplies the output of the layer before by a weight and puts it through an activation: "
    r"$a_l = f(z_l)$ with $z_l = w\,a_{l-1} + b$.",
)

excused("example", "Eight layers of the sigmoid with a weight of 1.")

excused(
    "instruction",
    "Take layers away until more than a thousandth is left.",
    "Move the input to 1.",
    "Then give the first net ReLU.",
)

excused("misconception", "“A better optimizer mends it”")
