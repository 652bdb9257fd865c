"""The claims of the lesson: The first weights. What a table of it shows is measured where the page is made."""

from dataclasses import replace

import numpy as np
import pytest

from ravine.initializers import initializers
from ravine.lessons import lesson
from ravine.lessons.checks import networks, sick_runs
from ravine.lessons.quiz_file import quizzes
from ravine.lessons.starts import DEPTH, WIDTH, measure
from ravine.networks import Recipe, Training
from ravine.networks.first_weights import first_weights
from ravine.networks.perceptron import layers_of
from tests.lessons.claims.ledger import claims, excused
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


@claims(
    r"Its bound is $1/\sqrt{n}$, a variance of a third of $1/n$, a sixth of He’s.",
)
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


@claims(
    "| Ten ReLU layers with PyTorch’s default of `nn.Linear`. How large is the gradient in the first layer, beside that in the last? → less than a thousandth |",
    "| And tanh, which cannot explode: with weights of ±1, what becomes of the gradient on its way from the last hidden layer to the first? → it grows a hundredfold and more |",
    "Tanh saturates, its slopes are small, but 64 weights of 1 more than make up for them.",
    "The outputs, all near −1 or 1, hide it.",
    "**Too large** (±1): ReLU explodes; tanh saturates.",
)
def test_what_is_to_be_predicted():
    for seed in range(3):
        assert 0 < measure("torch_linear", "relu", seed=seed).gradient < 1e-3
        wild = measure("signs", "tanh", seed=seed)
        assert wild.gradient > 100
        assert min(wild.outputs) > 0.9  # the root mean square: all near -1 or 1
        assert measure("signs", "relu", seed=seed).signal > 1e5


@claims(
    "**Zero**: no signal, no gradient; only the last biases learn.",
    "**A constant**: all units of a layer compute the same, get the same gradient, and stay the same.",
    "**Too small** (deviation 0.01): signal and gradient fade together.",
)
def test_the_starts_that_fail():
    for activation in ("relu", "tanh"):
        small = measure("small_normal", activation)
        assert 0 < small.signal < 1e-9
        assert 0 < small.gradient < 1e-9
    assert measure("zeros", "relu").gradient == 0
    alike = layers_of(
        trained(100, examples=200, widths=(16, 16), activation="tanh", init="constant").parameters, (64, 16, 16, 10)
    )
    assert all(np.ptp(layer.weights, axis=0).max() < 1e-12 for layer in alike[:-1])
    still = trained(100, examples=200, widths=(16, 16), activation="relu", init="zeros")
    assert not still.parameters[:-10].any()  # only the last biases learn
    assert still.parameters[-10:].all()


@claims(
    r"A classifier that knows nothing gives each of $C$ classes $1/C$: the loss is $\ln C$, 2.30 for ten.",
)
def test_the_first_loss():
    assert f"{np.log(10):.2f}" == "2.30"
    assert measure("zeros", "relu").loss == pytest.approx(np.log(10))
    assert "2.30 for ten" in text("first-weights")
    assert measure("signs", "relu").loss > 1e8


@claims(
    "Six hidden layers of ReLU and plain descent: He’s start, and its twin with PyTorch’s default.",
    "He’s start and plain descent get all 500 digits right within 300 steps.",
    "| He’s start and plain descent get all 500 digits right within 300 steps. And PyTorch’s default, with everything else alike? → 12 %: it has not begun to learn |",
)
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


@claims(
    "Before the first step the signal passes weights that are drawn at random.",
    "If each layer makes it a little smaller, or a little larger, ten layers make it nothing, or everything.",
    "To keep the size, weights want a variance of about $1/n$.",
    "Biases begin at 0.",
)
def test_a_variance_of_one_by_n_keeps_the_size():
    random, sizes = np.random.default_rng(0), {}
    for power in (0.5, 1.0, 2.0):
        signal = random.standard_normal(400)
        for _ in range(10):
            signal = random.standard_normal((400, 400)) * np.sqrt(power / 400) @ signal
        sizes[power] = np.sqrt(np.mean(signal**2))
    assert sizes[0.5] < 0.05
    assert 0.5 < sizes[1.0] < 2
    assert sizes[2.0] > 20
    for init in ("he_uniform", "glorot_uniform"):
        layers = layers_of(trained(0, examples=50, widths=(8,), init=init).parameters, (64, 8, 10))
        assert not any(layer.biases.any() for layer in layers)
        assert len(np.unique(layers[0].weights)) == layers[0].weights.size


@claims(
    "For shallow nets that does no harm, and normalisation hides it.",
    "The gradient of the first layers is too small for plain descent.",
)
def test_pytorchs_default_does_no_harm_to_shallow_nets_and_normalisation_hides_it():
    torch = pytest.importorskip("torch")
    shallow = {"examples": 500, "widths": (64,), "activation": "relu", "rule": "sgd", "settings": {"lr": 0.1}}
    for init in ("torch_linear", "he_uniform"):
        assert trained(300, **shallow, init=init).score().accuracy > 0.95
    [use] = lesson("first-weights").widgets
    he, found = (Training(recipe).train(1) for recipe in (use.state.recipe, use.state.twin))
    first = [np.linalg.norm(layers_of(each.gradient, each.recipe.sizes)[0].weights) for each in (he, found)]
    assert first[1] < 0.01 * first[0]
    torch.manual_seed(0)
    ratios = []
    for between in (torch.nn.Identity, lambda: torch.nn.BatchNorm1d(64)):
        parts = [(torch.nn.Linear(64, 64), between(), torch.nn.ReLU()) for _ in range(6)]
        net = torch.nn.Sequential(*[part for layer in parts for part in layer], torch.nn.Linear(64, 10))
        x, targets = (torch.tensor(part[:200]) for part in found.task.train)
        torch.nn.functional.cross_entropy(net(x.float()), targets.long()).backward()
        ratios.append((net[0].weight.grad.norm() / net[-1].weight.grad.norm()).item())
    assert ratios[0] < 0.1 < 0.5 < ratios[1]


@claims(
    "A start with a much higher one is *sure* of what it cannot know, and spends its first steps on unlearning that."
)
def test_a_sure_start_spends_steps_on_unlearning():
    wide = {"examples": 200, "scale": "standard", "widths": (64,), "activation": "relu", "settings": {"lr": 0.01}}
    sure, fresh = (trained(0, **wide, init=init) for init in ("signs", "he_uniform"))
    scores = np.exp(sure.predict(sure.task.train[0]) - sure.predict(sure.task.train[0]).max(axis=1, keepdims=True))
    assert np.median((scores / scores.sum(axis=1, keepdims=True)).max(axis=1)) > 0.99
    losses = [training.train(30).score().loss for training in (sure, fresh)]
    assert losses[0] > np.log(10) > 10 * losses[1]


@claims(
    r"$\sqrt{6/({outputs} + {inputs})}$ = {key}: both sides count, since signals go forwards and gradients backwards.",
    "The root is missing: the variance of the weights should fall with the number of units, and the variance goes with $a^2$.",
    "Glorot’s compromise counts inputs and outputs.",
    r"A uniform draw from $\pm a$ has one of $a/\sqrt{3}$, so $a$ is $\sqrt{3}$ times as large.",
)
def test_the_bounds_of_the_quiz():
    for question in quizzes()["first-weights"]:
        if question.id == "start-bound":
            inputs, outputs = (int(word) for word in question.text.split() if word.isdigit())
            assert question.number.key == pytest.approx(initializers["glorot_uniform"].bound(inputs, outputs))
    glorot = initializers["glorot_uniform"]
    assert glorot.bound(64, 32) == pytest.approx(np.sqrt(3) * glorot.deviation(64, 32))
    assert glorot.bound(32, 64) == glorot.bound(64, 32)


@claims(
    "Then nothing gets through in either direction: below the last layer every gradient is 0, and stays 0.",
    "ReLU switches half of the units off, so each layer about halves the mean square: nine of them leave about 4 % of the gradient.",
    "It makes up for the half that ReLU switches off: from layer to layer the gradient keeps its size.",
    "They carry it too well: each layer makes the gradient about four times as large, nine of them a few hundred thousand times.",
)
def test_the_four_starts_of_the_quiz():
    shares = {}
    for option in next(question for question in quizzes()["first-weights"] if question.id == "good-start").options:
        first, *rest = networks._gradient_sizes(option.claim.arguments["bound"])
        assert len(rest) == 9
        shares[option.claim.arguments["bound"]] = first / rest[-1]
    zero, glorot, he, one = shares.values()
    assert zero == 0
    assert glorot == pytest.approx(0.04, abs=0.01)
    assert 0.5 < he < 2
    assert 2e5 < one < 5e5
    assert one ** (1 / 9) == pytest.approx(4, rel=0.05)


@claims(
    "It knows nothing yet: each class gets $1/{classes}$, and $-\\ln(1/{classes})$ is {key}.",
    "Much more means that it is sure of what it cannot know.",
    "Here nothing tells the units apart.",
    "It does not leave ln 2.",
    "Half of the points that it trains on are named wrong.",
    "All weights are 0: each unit says the same and gets the same gradient, here none at all.",
    "Sixty-four copies are still one unit.",
    "A gradient of 0 stays 0 at any rate.",
)
def test_the_sick_run_and_the_first_losses_of_the_quiz():
    for question in quizzes()["first-weights"]:
        if question.id == "first-loss":
            classes = int(question.text.split()[3])
            assert question.number.key == pytest.approx(-np.log(1 / classes))
    [sick] = [question for question in quizzes()["first-weights"] if question.kind == "diagnose"]
    _, wider, faster = (sick_runs.changed(sick.run.query, cure.change) for cure in sick.cures)
    for run in (sick.run.query, wider, faster):
        found = sick_runs._trained(run)
        assert found.score().loss == pytest.approx(np.log(2), abs=0.01)
        assert found.score().accuracy == 0.5
        assert not found.parameters[:-2].any()  # copies of one unit, which nothing reaches


excused(
    "road sign",
    "Glorot’s start for tanh, He’s for ReLU: why, what zero, constant, too small and too large weights do, and what the first loss tells.",
)

excused(
    "definition",
    "**No layer should do all the work**: signals and gradients should be about alike in all of them.",
    "Ten ReLU layers with PyTorch’s default of `nn.Linear`.",
)

excused("instruction", "Then give the first net the constant start, and ±1, and play again.")
