"""What the videos say, recomputed from the scenes that they show while they say it."""

from functools import cache

import numpy as np
import pytest

from ravine import descend
from ravine.film.scenes import draw
from ravine.film.scenes.anatomy import parts_of
from ravine.film.scenes.series import series
from ravine.lessons.chain import Chain
from ravine.lessons.script import scripts
from ravine.networks import Training
from ravine.rules import rules
from ravine.studio.streams import feed
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.networks import dead, trained
from tests.lessons.claims.reading import curvatures


def scene(title, kind="landscape"):
    [found] = [
        each
        for script in scripts()
        for each in script.board.scenes
        if (each.facts["title"], each.kind) == (title, kind)
    ]
    return found


@cache
def paths(title):
    """The runs that a landscape scene draws, in its order."""
    return [runner.run for runner in draw(scene(title), 128).runners]


@cache
def drawn(title, kind="curves"):
    """What a scene of curves or bars draws, by label: where, and how high."""
    shown = scene(title, kind)
    return {one["label"]: series(shown.facts["source"], shown.facts, one) for one in shown.facts["series"]}


def widget(name):
    [script] = [script for script in scripts() if script.board.name == name]
    return script.widget


@claims("This is a ravine, seen from above: twenty times steeper across than along.")
def test_the_ravine_is_twenty_times_steeper_across():
    [run] = paths("Gradient descent")
    low, high = curvatures(run.landscape)
    assert high / low == pytest.approx(20)
    # Down in the valley after the six steps that the picture takes for it, and long on its way along.
    assert abs(run.points[6, 1]) < 1e-3 < 3 < abs(run.points[6, 0])
    assert 0.05 < abs(run.points[100, 0]) < 0.1


@claims(
    "With a rate of 0.005 it crawls.",
    "With 0.104 every step lands on the other side of the valley, and further away.",
    "In this ravine the limit is 0.1: the steep direction sets it, and the gentle one has to wait.",
    "One question is left for you: plain descent explodes here beyond a rate of 0.1.",
    "Plain descent explodes beyond a rate of 0.1.",
    "Plain descent explodes here beyond a rate of 0.1.",
)
def test_the_limit_of_the_rate():
    crawling, exploding = paths("The rate has a limit")
    assert [run.settings["lr"] for run in (crawling, exploding)] == [0.005, 0.104]
    assert abs(crawling.points[-1, 0]) > 3  # of 4
    across = exploding.points[:, 1]
    assert np.all(across[1:] * across[:-1] < 0)
    assert np.all(np.abs(across[1:]) > np.abs(across[:-1]))
    low, high = curvatures(exploding.landscape)
    assert 2 / high == pytest.approx(0.1)
    assert 2 / low > 1  # the gentle direction would bear far more
    inside, outside = (descend("sgd", "ravine", steps=4000, lr=rate).points[-1, 1] for rate in (0.0999, 0.1001))
    assert abs(inside) < 1 < abs(outside)


@claims("The path never settles: it hovers around the minimum, closer for a smaller rate.")
def test_noise_keeps_the_path_moving():
    large, small = paths("Noise of mini-batches")
    assert large.settings["lr"] > small.settings["lr"]
    far = [np.linalg.norm(run.points[200:], axis=1).mean() for run in (large, small)]
    assert far[1] < 0.5 * far[0]
    longer = descend("sgd", "ravine", steps=8000, lr=0.01, noise=5).points[4000:]
    assert longer.std(axis=0).min() > 0.01


@claims(
    "A share of it survives each step, usually 0.9.",
    "what survives, 0.9",
    "Slopes that agree add up, to ten times the step; slopes that alternate cancel.",
)
def test_what_momentum_remembers():
    assert rules["momentum"].hyperparameters["momentum"].default == 0.9
    agreeing, alternating = (
        feed(rules["momentum"], slopes)["v"] for slopes in (np.ones(300), np.tile([1.0, -1.0], 150))
    )
    assert agreeing[-1] == pytest.approx(10)
    assert abs(alternating[-1]) < 0.6


def test_momentum_is_there_while_plain_descent_is_on_its_way():
    momentum, plain = paths("The same rate for both")
    assert momentum.settings["lr"] == plain.settings["lr"]
    assert np.linalg.norm(momentum.points[-1]) < 1e-3
    assert abs(plain.points[-1, 0]) > 0.5


def step_of(title):
    facts = scene(title, "anatomy").facts
    at, momentum = facts["step"], facts["momentum"]
    run = descend(facts["rule"], facts["landscape"], steps=at + 1, lr=facts["lr"], momentum=momentum)
    return run, facts["lr"], parts_of(run, at, momentum)


@claims(
    "But look at one step, taken on the floor of the valley: the last step carries it on,",
    "and the slope there is 0 across, so nothing brakes it, and it shoots past.",
    "The slope ahead has turned already, so the brake comes earlier.",
)
def test_the_step_that_is_taken_apart():
    run, lr, (here, carried, step) = step_of("One step of momentum")
    np.testing.assert_allclose(step - carried, -lr * np.array(run.landscape.gradient(*here)), atol=1e-12)
    assert here[1] == pytest.approx(0, abs=1e-12)
    assert (step - carried)[1] == pytest.approx(0, abs=1e-12)
    assert step[1] < -0.5  # on, past the floor
    run, lr, (here, carried, step) = step_of("One step of Nesterov")
    np.testing.assert_allclose(step - carried, -lr * np.array(run.landscape.gradient(*(here + carried))), atol=1e-12)
    assert here[1] > 0 > (here + carried)[1]  # it stands before the floor, and asks beyond it
    assert carried[1] < 0 < (step - carried)[1]


@claims(
    "Momentum runs 1.18 past the minimum, Nesterov 0.90.",
    "Across the ravine it is 0.81 against 0.26: looking ahead brakes most where it is steep.",
)
def test_how_far_they_overshoot():
    momentum, ahead = paths("Rate and momentum alike")
    assert momentum.settings == ahead.settings | {"dampening": 0}
    assert [f"{run.points[:, 0].max():.2f}" for run in (momentum, ahead)] == ["1.18", "0.90"]
    assert [f"{-run.points[:, 1].min():.2f}" for run in (momentum, ahead)] == ["0.81", "0.26"]


@claims(
    "Plain descent and momentum, both at a rate of 0.15 in the ravine.",
    r"Momentum widens the limit to $2(1+\mu)/\lambda_{\max}$, which is 0.19 here.",
    "| Plain descent explodes here beyond a rate of 0.1. What does momentum of 0.9 do at a rate of 0.15? → It swings, and comes to rest. |",
)
def test_the_question_of_the_first_video():
    state = widget("down-the-ravine").state
    settings = state.settings
    assert settings == {"sgd": {"lr": 0.15}, "momentum": {"lr": 0.15, "momentum": 0.9}}
    momentum = descend("momentum", state.landscape, steps=state.steps, **settings["momentum"]).points
    plain = descend("sgd", state.landscape, steps=state.steps, **settings["sgd"]).points
    assert np.count_nonzero(np.diff(np.sign(momentum[:, 1]))) > 50
    assert np.linalg.norm(momentum[-1]) < 0.01
    assert np.abs(plain[-1]).max() > 1e6
    _, high = curvatures(state.landscape)
    assert 2 * (1 + 0.9) / high == pytest.approx(0.19)
    at = [np.abs(descend("momentum", "ravine", steps=600, lr=rate).points[-1, 1]) for rate in (0.189, 0.191)]
    assert at[0] < 1e-6 < 1e6 < at[1]


@claims(
    "A rare weight, with a slope at every tenth step, still moves by a third of the rate after a hundred.",
    "One with a slope at every step is down to a tenth.",
    "But the sum never falls, so the rate never rises again.",
)
def test_adagrads_steps():
    found = drawn("Length of Adagrad's steps")
    assert found["rare"][1][-1] / 0.1 == pytest.approx(1 / 3, rel=0.06)
    assert found["frequent"][1][-1] / 0.1 == pytest.approx(1 / 10, rel=1e-3)
    assert (found["rare"][0][-1], found["frequent"][0][-1]) == (100, 100)
    assert np.all(np.diff(feed(rules["adagrad"], np.random.default_rng(0).normal(size=200))["s"]) >= 0)


@claims("which forgets: at 0.9, half of a slope's weight is gone after 7 steps.")
def test_what_rmsprop_forgets():
    assert 0.9**7 < 0.5 < 0.9**6
    weights = feed(rules["rmsprop"], [1.0, *np.zeros(7)], alpha=0.9)["s"]
    assert weights[7] < 0.5 * weights[0] < weights[6]


def test_rmsprop_takes_the_diagonal_and_swings():
    ours, plain = (np.abs(run.points[5] - run.points[0]) for run in paths("The diagonal"))
    assert ours[0] == pytest.approx(ours[1], rel=0.25)  # as far along as across
    assert plain[0] < 0.5 * plain[1]
    for run in paths("RMSprop at two rates"):
        longer = descend("rmsprop", "ravine", steps=800, **run.settings).points
        np.testing.assert_allclose(np.abs(np.diff(longer[-50:], axis=0)), run.settings["lr"], rtol=0.02)
        assert np.abs(run.points[-20:]).max() < 0.6 * run.settings["lr"] + 0.1  # the picture comes as far


@claims(
    "Adadelta puts the size of its own past steps where the rate was: none to choose.",
    "Yet at the start there are no steps, and so a small number, epsilon, sets the pace.",
)
def test_epsilon_sets_adadeltas_pace():
    first = [
        feed(rules["adadelta"], [1.0], eps=eps, rho=rules["adadelta"].hyperparameters["rho"].default)["step"][0]
        for eps in (1e-6, 1e-4)
    ]
    assert first[1] / first[0] == pytest.approx(10, rel=0.01)
    assert rules["adadelta"].equation.state["d"]
    assert rules["adadelta"].hyperparameters["lr"].default == 1


@claims(
    "On this saddle Adadelta is out after 34 steps.",
    "Momentum takes 72, and Adagrad, at the same rate, 1440.",
    "But the rate decides: at 0.3, Adagrad takes 4.",
)
def test_who_leaves_the_saddle_first():
    found = {run.rule.name: run for run in paths("Who leaves the saddle first?")}
    assert found["momentum"].settings["lr"] == found["adagrad"].settings["lr"]

    def out(run):
        return int(np.argmax(run.values < -1))

    assert [out(found["adadelta"]), out(found["momentum"])] == [34, 72]
    assert [out(descend("adagrad", "saddle", steps=3000, lr=lr)) for lr in (0.01, 0.3)] == [1440, 4]


@claims(
    "Both begin at 0 and are too small at first, so it corrects them.",
    "Under a constant slope of 1 the average crawls up from 0.",
    "Corrected, it is right from the first step, and the step is as long as the rate.",
    "A constant slope of 1: the steps of plain descent and of Adam, both at a rate of 0.1.",
    r"A factor in all slopes cancels in $\hat m/\sqrt{\hat v}$.",
    "| All slopes become a thousand times larger. How long is Adam's step then? → As long as before. |",
)
def test_adams_correction_and_its_step():
    found = drawn("A constant slope of 1")
    assert found["average"][1][0] == pytest.approx(0.1)
    assert np.all(np.diff(found["average"][1]) > 0)
    np.testing.assert_allclose(found["corrected"][1], 1)
    state = widget("a-rate-for-every-weight").state
    assert {rule.name: state.settings[rule.name]["lr"] for rule in state.rules} == {"sgd": 0.1, "adam": 0.1}
    for rule, factor in (("adam", 1), ("sgd", 1000)):
        small, large = (feed(rules[rule], slope * np.ones(40), lr=0.1)["step"] for slope in (1.0, 1000.0))
        np.testing.assert_allclose(large, factor * small, rtol=1e-6)
        if rule == "adam":
            np.testing.assert_allclose(small, 0.1, rtol=1e-6)


@claims(
    "So the rate is still yours to choose, and it is what to tune first.",
    "Too large: it never settles.",
)
def test_a_rate_that_is_too_large_never_settles():
    # What to tune first is what the lesson on Adam advises; that it matters shows here.
    far = [
        np.linalg.norm(descend("adam", "ravine", steps=2000, lr=lr, noise=1.0).points[1000:], axis=1).mean()
        for lr in (0.5, 0.01)
    ]
    assert far[0] > 5 * far[1]


@claims(
    "A gradient travels back through all the layers, and each multiplies it by a slope and a weight.",
    "The sigmoid's slope is a quarter at best: eight layers leave less than a hundred-thousandth.",
    "Tanh keeps 5 % of it here.",
)
def test_what_eight_layers_leave():
    found = drawn("What eight layers leave of a gradient", "bars")
    for name, (_, left) in found.items():
        chain = Chain(activation=name)
        assert left[-1] == pytest.approx(chain.gradients()[-1])
        np.testing.assert_allclose(left, np.cumprod(np.array(chain.slopes()[::-1])))
    assert max(Chain().slopes()) < 0.25
    assert found["sigmoid"][1][-1] < 1e-5
    assert f"{100 * found['tanh'][1][-1]:.0f} %" == "5 %"


@claims(
    "Five such layers, reading digits: after 600 steps plain descent is still at chance.",
    "Adam divides by the gradient's size, and gets more than 85 % right.",
    "Five layers of sigmoid: right",
)
def test_five_layers_of_sigmoid():
    found = drawn("Five layers of sigmoid: right")
    assert found["gradient descent"][1].max() < 0.15
    assert found["gradient descent"][0][-1] == 600
    assert found["Adam"][1][-1] > 0.85


@claims(
    "For ReLU, start as He does: the gradients of all layers are about alike.",
    "PyTorch's default for linear layers is smaller: through six layers the gradient fades.",
    "Plain descent then gets 12 % right in 300 steps, where from He's start it gets all.",
    "The weights count, too, from the very first step.",
)
def test_the_first_weights():
    he, torch = (
        drawn("The first gradient, layer by layer", "bars")[name][1] for name in ("He's start", "PyTorch's default")
    )
    assert he.max() < 2 * he.min()
    assert len(torch) == 6
    assert torch[-1] < 0.25 * torch[0]
    assert torch.max() < 0.05 * he.min()
    net = {"examples": 500, "widths": (64,) * 6, "activation": "relu", "rule": "sgd", "settings": {"lr": 0.1}}
    right = [trained(300, **net, init=init).score().accuracy for init in ("torch_linear", "he_uniform")]
    assert f"{100 * right[0]:.0f} %" == "12 %"
    assert right[1] == 1


@claims(
    "A ReLU unit that is off for every example is dead: its gradient is exactly 0, and Adam cannot wake it.",
    "At a rate of 0.1 Adam kills 94 % of the first layer,",
    "at 0.001 it kills none.",
    "Dead units in the first layer",
)
def test_dead_units():
    found = drawn("Dead units in the first layer")
    assert f"{100 * found['rate 0.1'][1][-1]:.0f} %" == "94 %"
    assert found["rate 0.001"][1][-1] == found["rate 0.001"][1][0]
    training = trained(300, examples=500, widths=(64, 64), activation="relu", init="he_uniform", settings={"lr": 0.1})
    first = dead(training)[0]
    assert first.mean() == found["rate 0.1"][1][-1]
    before = training.parameters.copy()
    training.train(50)
    assert np.all(training.gradient[: 64 * 64].reshape(64, 64)[first] == 0)
    assert np.all(dead(training)[0][first])
    assert np.any(training.parameters != before)


@claims(
    "And a network that learns may have understood nothing: these labels were drawn by lot.",
    "It learns all 300 by heart.",
    "Only data held out can tell.",
)
def test_labels_drawn_by_lot():
    found = drawn("Labels drawn by lot: right")
    told = scene("Labels drawn by lot: right", "curves").facts["series"][0]["recipe"]
    assert (told["random"], told["examples"]) == (1, 300)
    assert found["in training"][1][-1] == 1
    assert abs(found["on new digits"][1][-1] - 0.1) < 0.06


@claims("The first loss: 2.3 for ten classes, or the start is wrong.")
def test_the_first_loss_of_ten_classes():
    assert f"{np.log(10):.1f}" == "2.3"


@claims(
    "Digits whose pixels go from 0 to 255, and the twin with pixels from 0 to 1; plain descent at 0.1.",
    "The gradient of the first weights grows with the inputs.",
    "In five steps 98 % of the first layer are off for every digit; after 300 all units are dead.",
    "The twin is right about 99 %.",
    "| What does plain descent at a rate of 0.1 do to ReLU units when the pixels go from 0 to 255? → They die: in five steps nearly all of the first layer. |",
    "Nobody scaled these pixels: they go from 0 to 255.",
)
def test_pixels_that_nobody_scaled():
    state = widget("when-the-network-will-not-learn").state
    wild, twin = Training(state.recipe), Training(state.twin)
    assert (wild.task.train[0].max(), twin.task.train[0].max()) == (255, 1)
    assert (state.recipe.rule, state.recipe.settings) == ("sgd", {"lr": 0.1})
    assert f"{100 * dead(wild.train(5))[0].mean():.0f} %" == "98 %"
    assert all(layer.all() for layer in dead(wild.train(295)))
    assert f"{100 * twin.train(300).score().accuracy:.0f} %" == "99 %"
    one, other = (
        np.linalg.norm(Training(recipe).train(1).gradient[: 64 * 64]) for recipe in (state.recipe, state.twin)
    )
    assert one > 100 * other


excused(
    "example",
    "Training a network is a walk downhill, in fog: all you feel is the slope under your feet.",
    "A network has millions of weights, and so far all of them share one rate.",
    "But some get a slope at every step, and some hardly ever.",
    "A constant slope of 1",
    "Suppose that all slopes become a thousand times larger.",
    "All slopes are a thousand times larger.",
    "All slopes become a thousand times larger.",
    "The loss does not move, and no optimizer helps: now look inside the network.",
    "Pixels from 0 to 255, not 0 to 1.",
    "Plain descent, a rate of 0.1.",
    "A rate for every weight",
)
excused(
    "instruction",
    "Predict first, then try it below.",
    "Tune the rate first.",
    "Scale the slopes by 1000, and compare.",
    "For tanh, take Glorot's.",
    "So lower the rate, and start anew.",
    "The training loss must go down: if it leaps, lower the rate; if it hardly moves, raise it, or look inside.",
    "Held-out accuracy, too: where it turns, take weight decay, dropout, or more data.",
    "1 the first loss",
    "2 training loss goes down",
    "3 training accuracy goes up",
    "4 held-out accuracy goes up",
    "5 inside: units, gradients, steps",
    "Then scale the first net's pixels.",
)
excused(
    "road sign",
    "Vanishing gradients, first weights, dead units and learning by heart: how each looks, and what to do.",
    "The first gradient, layer by layer",
    "RMSprop at two rates",
)
