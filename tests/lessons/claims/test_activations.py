"""The claims of the lesson: Activations and dead units."""

import numpy as np
import pytest

from ravine.activations import activations
from ravine.lessons import lesson
from ravine.lessons.chain import Chain
from ravine.lessons.checks import sick_runs
from ravine.lessons.quiz_file import quizzes
from ravine.networks.perceptron import forward, layers_of
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.networks import dead, percent, trained
from tests.lessons.claims.reading import text

TWO = {"examples": 500, "widths": (64, 64), "activation": "relu", "init": "he_uniform"}
BELOW = {"examples": 500, "widths": (64,), "init": "dead_bias", "rule": "adam", "settings": {"lr": 1e-3}}


@claims(
    "| activation | slope | at home in |",
    "Its slope is exactly 0: the unit is dead.",
    "Its slope on the left is 0.01, however far out.",
    r"At $z = -10$ its slope is $-8 \cdot 10^{-22}$.",
    r"$-8 \cdot 10^{-22}$: the normal distribution has next to nothing so far out.",
    "−0.0004: little, but the sigmoid in it falls more slowly than GELU’s normal distribution.",
    r"$8 \cdot 10^{-9}$: it is saturated.",
)
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
    assert "`nn.RNN`’s default" in lesson("activations").source.read()
    assert pytest.importorskip("torch").nn.RNN(1, 1).nonlinearity == "tanh"
    far = {"relu": 0.0, "leaky_relu": 0.01, "gelu": -8e-22, "silu": -0.0004, "tanh": 8e-9}
    for name, slope in far.items():
        assert activations[name].slope(-10.0) == pytest.approx(slope, rel=0.06), name


@claims(
    "Two hidden layers of 64 on 500 digits, after 300 steps of Adam:",
    "| rate | dead, layer 1 | dead, layer 2 | right in training |",
)
@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1])
def test_what_a_rate_kills(rate):
    found = trained(300, **TWO, rule="adam", settings={"lr": rate})
    shares = [percent(layer) for layer in dead(found)]
    row = f"{rate:g} {' '.join(shares)} {percent(found.score().accuracy)}"
    assert row in text("activations")


@claims(
    "Gradient descent with a rate of 1 does the same, and with one of 0.1 where pixels go from 0 to 255: then all of them die.",
)
@pytest.mark.parametrize(("rate", "scale", "least"), [(1.0, "unit", 0.75), (0.1, "255", 1.0)])
def test_gradient_descent_kills_as_well(rate, scale, least):
    found = trained(300, **TWO, rule="sgd", settings={"lr": rate}, scale=scale)
    assert min(layer.mean() for layer in dead(found)) >= least
    assert "then all of them die" in text("activations")


@claims(
    "In a higher layer a unit may come back, since the layers *below* change what it gets; in the first it never does.",
    "What gets no gradient never wakes.",
)
def test_above_units_come_back_and_in_the_first_layer_never():
    training = trained(0, **TWO, rule="adam", settings={"lr": 0.03})
    woken, was = [0, 0], dead(training)
    for _ in range(20):
        now = dead(training.train(10))
        woken = [count + int((before & ~after).sum()) for count, before, after in zip(woken, was, now, strict=True)]
        was = now
    assert woken[0] == 0
    assert woken[1] > 0


@claims(
    "Nothing that acts through its own gradient.",
    "64 hidden units whose biases begin at −10: ReLU, and its twin with ELU.",
    "| 64 ReLU units read digits, and their biases begin at −10, so that all are off for every digit. How many steps does Adam need until one of them is on? → none will ever be |",
    "64 ReLU units read digits, and their biases begin at −10, so that all are off for every digit.",
    "Adam divides the gradient by its size, but it is exactly 0, and 0 divided by anything is 0.",
    "After 1000 steps their weights have not moved, and the net is right about 12 % of its training set: what the last layer’s biases can do.",
    "With the biases at −10 and Adam at 0.001, 1000 steps bring ELU above 99 % on its training set, SiLU to 95 %, leaky ReLU to 71 %.",
    "It stays at 12 %, like ReLU.",
    "Its slope at −10 is small, 0.000045, but not 0, and Adam makes steps of the usual size of it.",
)
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
    assert activations["elu"].slope(-10.0) == pytest.approx(0.000045, rel=0.01)


@claims(
    "Four ReLU layers with a bias of −1: the first unit is off, and nothing passes it.",
    "Where $z < 0$ a ReLU unit is **off**, for that example: it passes nothing on, and nothing back.",
)
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


@claims("A **step that is too large**: one throw, and a unit’s $z$ is below 0 everywhere.")
def test_one_step_turns_half_of_the_units_off():
    found = trained(1, **TWO, rule="sgd", settings={"lr": 0.1}, scale="255")
    assert min(layer.mean() for layer in dead(found)) > 0.5


@claims(
    "It is **dead** when $z < 0$ for *every* example: then the gradient of its weights and of its bias is exactly 0.",
    "The gradient is exactly 0.",
    "Adam divides it by its size, and 0 stays 0.",
    "A hundred times 0 is 0.",
    "It adds up gradients; a sum of zeros is 0.",
    "Only the last layer’s biases swing more wildly.",
)
def test_a_dead_unit_gets_no_gradient_and_a_high_rate_moves_the_last_biases_alone():
    below, swings = {**BELOW, "activation": "relu", "rule": "sgd"}, []
    for rate in (0.1, 10.0):
        found = trained(0, **{**below, "settings": {"lr": rate}})
        last = np.array([found.train(1).parameters[-10:] for _ in range(20)])
        assert not found.gradient[: 65 * 64].any()
        swings.append(last.std(axis=0).mean())
    assert swings[1] > 5 * swings[0]


@claims(
    "A ReLU network stands still: the same answer for every point.",
    "With biases of −10 no unit is on for any example, so no gradient comes back to change that.",
    "It goes to ln 2, the loss of who knows nothing of two classes, and stays.",
    "Ten times a gradient of 0 is 0.",
    "Then each point has units that are on, and the gradient comes through.",
)
def test_the_sick_run_of_the_quiz():
    [sick] = [question for question in quizzes()["activations"] if question.kind == "diagnose"]
    still = sick_runs._trained(sick.run.query)
    assert all(layer.all() for layer in dead(still))
    assert np.ptp(still.predict(still.task.train[0]), axis=0).max() == 0
    for steps in (100, -1):
        assert sick_runs._trained(sick.run.query, steps).score().loss == pytest.approx(np.log(2), abs=1e-3)
    tenfold, _, zero = (sick_runs.changed(sick.run.query, cure.change) for cure in sick.cures)
    assert all(layer.all() for layer in dead(sick_runs._trained(tenfold)))
    start = sick_runs._trained(zero, 0)
    sums = forward(layers_of(start.parameters, start.recipe.sizes), start.activation, start.task.train[0]).sums
    assert all((z > 0).any(axis=1).all() for z in sums[:-1])


@claims(
    "The largest $z$ has the inputs 1, 1 and 0: {first} + {second} + $b$.",
    "It is above 0 as long as $b > -{key}$.",
    "{wrong} takes all inputs as 1.",
    "The third has a negative weight: at 0 it does not pull $z$ down.",
    "An input from 0 to 1 cannot make a negative weight help.",
)
def test_the_largest_sum_of_the_quizs_unit():
    corners = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1]), axis=-1).reshape(-1, 3)  # a linear sum's extremes
    asked = [question for question in quizzes()["activations"] if question.id == "lowest-bias"]
    assert len(asked) == 4
    for question in asked:
        first, second = (float(word.strip(",")) for word in question.text.split()[6:8])
        sums = corners @ np.array([first, second, -1.0])
        assert question.number.key == sums.max()
        assert corners[sums.argmax()].tolist() == [1, 1, 0]
        assert any(wrong.value == sums[-1] for wrong in question.number.mistakes)  # all inputs at 1


excused("road sign", "Formulas and curves of all: [Review](../review.html#activations).")

excused(
    "instruction",
    "Then take it back to −1, and choose leaky ReLU.",
    "Then give the first net leaky ReLU, and play again.",
    "What helps: a lower rate and a new start, biases from 0 ([next lesson](03-first-weights.md)), or an activation that keeps a slope on the left.",
    "Biases that begin at 0 would do as well.",
)

excused("misconception", "“GELU has no dead units”")
