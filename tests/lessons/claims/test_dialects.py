"""The claims of the lesson: Dialects."""

import itertools
import math
import re
import shlex

import numpy as np
import pytest
from typer.testing import CliRunner

from ravine.activations import activations
from ravine.backends import numpy as reference
from ravine.cli import app
from ravine.dialect_tables import FORMS
from ravine.dialects import convert
from ravine.lessons import lesson
from ravine.networks.perceptron import backward, cross_entropy, forward, layers_of
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import fed, states, text


@claims(
    "AdamW's default is 0.01 in PyTorch, 0.004 in Keras, 0.0001 in optax.",
    "Adagrad's sum starts at 0 or at 0.1.",
    "RMSprop's decay is 0.99 or 0.9.",
    "Adadelta's rate is 1 or 0.001.",
)
def test_the_defaults_that_the_lesson_names():
    def default(framework, family, name):
        return FORMS[framework][family].settings[name][1]

    decays = [default(framework, "adamw", "weight_decay") for framework in ("torch", "keras", "optax")]
    assert "AdamW’s default is {} in PyTorch, {} in Keras, {} in optax".format(*decays) in text("dialects")
    starts = {rules[name].hyperparameters["initial_accumulator_value"].default for name in ("adagrad", "adagrad_keras")}
    assert starts == {0.0, 0.1}
    assert {default("torch", "rmsprop", "alpha"), default("keras", "rmsprop", "alpha")} == {0.99, 0.9}
    assert {default("torch", "adadelta", "lr"), default("keras", "adadelta", "lr")} == {1.0, 0.001}


@claims(
    r"**Dampening** keeps a share $\tau$ of each new gradient out of the velocity; PyTorch spares the first: with $\mu = \tau = 0.9$ and $g = 1$ the velocity is 1, 1, 1, …, not the average 0.1, 0.19, 0.27, …",
)
def test_dampening_is_no_average():
    damped = feed(rules["momentum"], np.ones(3), momentum=0.9, dampening=0.9)["v"]
    averaged = feed(rules["momentum_averaged"], np.ones(3), beta=0.9)["v"]
    shown = f"velocity is 1, 1, 1, …, not the average {averaged[0]:.1g}, {averaged[1]:.2g}, {averaged[2]:.2g}"
    np.testing.assert_allclose(damped, 1)
    assert shown in text("dialects")


def test_the_table_is_that_of_the_dialects():
    for framework in [name for name, known in FORMS.items() if "rmsprop" in known]:  # ravine writes PyTorch's
        found = convert("rmsprop", "torch", framework)
        assert found.verdict in text("dialects")
        assert found.code() in text("dialects")


@claims(
    "PyTorch's and Keras's RMSprop, the same settings, the same small gradients: ε = 0.1 outside the root and inside it.",
)
def test_the_two_places_of_eps_differ_as_the_task_says():
    [state] = states("dialects")
    apart = np.abs(fed(state, "rmsprop")["step"] / fed(state, "rmsprop_keras")["step"])
    assert not np.allclose(apart, 1, atol=0.5)
    small = gradients("noisy", 80) * 0.01
    near = [
        feed(rules["rmsprop"], small, lr=0.01, alpha=0.9, eps=1e-7),
        feed(rules["rmsprop_keras"], small, lr=0.01, eps=1e-7),
    ]
    np.testing.assert_allclose(near[0]["step"], near[1]["step"], rtol=0.02)


@pytest.fixture(scope="module")
def digits():
    from sklearn.datasets import load_digits

    inputs, targets = load_digits(return_X_y=True)
    return inputs / 16, targets


def ends(digits, start, rule, seed, **settings):
    """The loss of a 64-32-10 net after 15 epochs of a rule, in float64; the first weights are drawn by PyTorch."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    sizes, relu = (64, 32, 10), activations["relu"]
    drawn = [torch.nn.Linear(n, m, dtype=torch.float64) for n, m in itertools.pairwise(sizes)]
    if start == "Keras":
        for layer in drawn:
            torch.nn.init.xavier_uniform_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
    theta = np.concatenate([part.detach().numpy().ravel() for layer in drawn for part in (layer.weight, layer.bias)])
    equation, settings = rules[rule].equation, rules[rule].settings(settings)
    state = reference.start(equation, theta, settings)
    order, t = np.random.default_rng(0), 0
    for _ in range(15):
        for batch in np.array_split(order.permutation(len(digits[0])), 28):
            t += 1
            layers = layers_of(theta, sizes)
            way = forward(layers, relu, digits[0][batch])
            gradient = backward(layers, relu, way, cross_entropy(way.sums[-1], digits[1][batch])[1])
            theta, state = reference.step(equation, theta, gradient, state, t, settings)
    return cross_entropy(forward(layers_of(theta, sizes), relu, digits[0]).sums[-1], digits[1])[0]


@claims(
    r"""You rebuild your classifier's Keras tutorial in PyTorch: the same "RMSprop", every setting at its default, and another curve.""",
    "On handwritten digits (64–32–10, 15 epochs, three seeds) Keras's start ends at a loss of 0.286 and PyTorch's at 0.329, whichever of the two Adams trains: these differ by 0.001 at most.",
)
def test_the_start_of_the_weights_matters_and_which_adam_does_not(digits):
    found = {
        (start, rule): np.array([ends(digits, start, rule, seed) for seed in range(3)])
        for start in ("Keras", "PyTorch")
        for rule in ("adam", "adam_keras")
    }
    for start, said in (("Keras", "0.286"), ("PyTorch", "0.329")):
        assert f"{found[start, 'adam'].mean():.3f}" == said
        assert said in text("dialects")
        assert np.abs(found[start, "adam"] - found[start, "adam_keras"]).max() < 0.00105


@claims(
    "Other rules share a name and part: at its defaults RMSprop ends at 0.26 in Keras's form and 0.03 in PyTorch's.",
)
def test_the_two_rmsprops_part(digits):
    keras = np.mean([ends(digits, "Keras", "rmsprop_keras", seed) for seed in range(3)])
    torch = np.mean([ends(digits, "Keras", "rmsprop", seed) for seed in range(3)])
    assert f"at its defaults RMSprop ends at {keras:.2f} in Keras’s form and {torch:.2f} in PyTorch’s" in text(
        "dialects"
    )


@claims(
    r"Look first at the **start of the weights**: Keras draws a dense layer's by Glorot's rule with biases of 0, PyTorch both from $\pm 1/\sqrt{n}$ for $n$ inputs.",
)
def test_how_the_frameworks_draw_the_first_weights():
    keras = pytest.importorskip("keras")
    torch = pytest.importorskip("torch")
    layer = keras.layers.Dense(100)
    assert type(layer.kernel_initializer).__name__ == "GlorotUniform"
    assert type(layer.bias_initializer).__name__ == "Zeros"
    linear = torch.nn.Linear(400, 1000)
    for drawn in (linear.weight, linear.bias):
        assert 0.98 / 20 < drawn.abs().max().item() <= 1 / 20


@claims(
    r"$\sqrt{\hat v}+\epsilon$ in PyTorch; Keras adds it before the bias correction, and RMSprop's in Keras and optax stands *inside* the root.",
    "PyTorch multiplies the velocity by it, Keras has it inside.",
    "L2 in PyTorch's SGD and Adam, decoupled in every Keras optimizer.",
    "optax takes the maximum of the corrected second moment, PyTorch of the raw one.",
    "The same rule, if you do set the rate: Keras’s default is 0.001, not 1.",
)
def test_where_each_framework_has_what():
    def trait(framework, family, name):
        return FORMS[framework][family].traits[name]

    assert [trait(framework, "adam", "eps") for framework in ("torch", "keras")] == ["after", "before"]
    assert [trait(framework, "rmsprop", "eps") for framework in ("torch", "keras", "optax")] == [
        "outside",
        "inside",
        "inside",
    ]
    assert [trait(framework, "sgd", "rate") for framework in ("torch", "keras")] == ["outside", "inside"]
    assert [trait("torch", family, "decay") for family in ("sgd", "adam")] == ["l2", "l2"]
    assert {form.traits["decay"] for form in FORMS["keras"].values()} == {"decoupled"}
    assert [trait(framework, "amsgrad", "maximum") for framework in ("torch", "optax")] == ["raw", "corrected"]
    assert FORMS["keras"]["adadelta"].settings["lr"][1] == 0.001


@claims(
    r"$\sqrt{0 + \epsilon'}$ must be $\epsilon$, so ε is squared: {key}.",
    "In between the two still differ.",
    "The same number would count as its root there, far more.",
    r"The averaged velocity is $1-\beta$ times PyTorch’s, so the rate must be $1/(1-\beta)$ times as large: {key}.",
    r"The same rate makes steps $1/(1-\beta)$ times too short.",
    "The wrong way: the averaged velocity is smaller, so the rate has to be larger.",
    "PyTorch’s Adam adds the decay to the gradient (L2); Keras’s optimizers keep it beside the step.",
    "Both frameworks multiply λ by the rate themselves: do not do it once more.",
)
def test_what_converts_and_how():
    outside = convert("rmsprop", "torch", "keras", {"eps": 1e-3})
    assert outside.settings["epsilon"] == pytest.approx(1e-6)  # squared
    assert outside.verdict == "approximate"  # in between the two still differ
    small = {
        name: feed(rules[name], np.full(3, 1e-6), lr=0.01, eps=1e-7)["step"][-1]
        for name in ("rmsprop", "rmsprop_keras")
    }
    assert small["rmsprop_keras"] < 0.1 * small["rmsprop"]  # the same number counts as its root there
    averaged = (
        feed(rules["momentum_averaged"], np.ones(50), lr=1.0)["step"]
        / feed(rules["momentum"], np.ones(50), lr=1.0)["step"]
    )
    np.testing.assert_allclose(averaged, 1 - 0.9)
    decayed = convert("adamw", "torch", "keras", {"weight_decay": 0.01})
    assert decayed.settings["weight_decay"] == 0.01  # both multiply it by the rate themselves
    assert convert("adam", "keras", "torch", {"weight_decay": 0.01}).call == "torch.optim.AdamW"


@claims(
    r"$\sqrt v = \sqrt{0.001}\,g$ stands beside ε = 0.1, which outweighs it: {key}.",
    "PyTorch corrects first, and ε hardly matters.",
    "{wrong} is PyTorch’s step, with ε beside the corrected root.",
    "Without ε the first step is the rate.",
    "But this ε is three times as large as the uncorrected root, or more.",
)
def test_a_large_eps_before_the_correction_outweighs_the_divisor():
    first = {name: feed(rules[name], [1.0], lr=1.0, eps=0.1)["step"][0] for name in ("adam", "adam_keras")}
    assert 3 * math.sqrt(0.001) < 0.1
    assert first["adam"] == pytest.approx(1 / 1.1)
    assert first["adam_keras"] < 0.3 * first["adam"]
    without = {name: feed(rules[name], [1.0], lr=1.0, eps=1e-12)["step"][0] for name in first}
    assert without == pytest.approx({"adam": 1.0, "adam_keras": 1.0})


@claims(
    r"A result with $\lambda = 0.01$ as L2 and one with it decoupled are different trainings: see [AdamW](08-variants.md#adamw).",
)
def test_l2_and_decoupled_decay_are_different_trainings():
    stream = gradients("noisy", 50)
    l2, decoupled = (feed(rules[name], stream, lr=0.01, weight_decay=0.01)["position"] for name in ("adam+l2", "adamw"))
    assert np.abs(l2 - decoupled).max() > 1e-4
    late = [feed(rules[name], stream, lr=0.01, momentum=0.9)["position"] for name in ("momentum", "momentum_lr_inside")]
    np.testing.assert_allclose(late[0], late[1])  # a schedule parts them later, tests/rules/test_dialects.py


excused(
    "road sign",
    "Nobody made a mistake.",
    "What PyTorch's defaults become elsewhere.",
    "Then train a few steps in both with the same weights and batches, and compare parameters: if they part at the first step, it is the rule; if later, a schedule or the data.",
)

excused(
    "misconception",
    '"Adam with weight decay" in a paper',
)


def test_the_command_that_the_lesson_shows_runs():
    command = re.search(r"```sh\n(ravine dialect .*?)```", lesson("dialects").source.read(), re.DOTALL)[1]
    words = shlex.split(command.replace("\\\n", " "))[1:]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("torch.optim.Adam(model.parameters(), lr=0.001")
