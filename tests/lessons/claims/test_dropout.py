"""The claims of the lesson: Dropout."""

import inspect

import numpy as np
import pytest
from scipy.special import log_softmax

from ravine.lessons import lesson
from ravine.lessons.quiz_file import quizzes
from ravine.networks import Recipe
from ravine.networks.perceptron import cross_entropy, forward, layers_of
from ravine.networks.training import Training, masks
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import text


@claims(
    r"**Forward**, in training: $a' = a\,m/(1-p)$.",
    "**Backward**: the gradient meets the same $m/(1-p)$.",
    "What was off hears nothing.",
    "No mask, no factor: `model.eval()`.",
    "A dropout layer of twelve units: one mask, what goes on, what is passed back, and the mean of all masks.",
)
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


@claims(
    "In training the twin has half of its hidden units off.",
)
def test_each_example_has_a_mask_of_its_own_in_each_step():
    recipe = Recipe(data="digits", widths=(32,), dropout=0.5)
    first, again, next_ = (masks(recipe, step, 4)[1] for step in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, next_)
    assert not np.array_equal(first[0], first[1])
    assert set(np.unique(first)) == {0.0, 2.0}


@claims(
    "**Never on the logits**: a logit of 0 is not silence but a vote.",
    "Of the logits 6, 0, −6 the first is right, the loss 0.0025; without the first it is 0.69.",
)
def test_a_dropped_logit_is_a_vote():
    whole, without = -log_softmax([6, 0, -6])[0], -log_softmax([0, 0, -12])[0]
    assert f"the loss {whole:.4f}; without the first it is {without:.2f}" in text("dropout")


@claims(
    "It costs steps, since the gradient is noisier.",
)
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


@claims(
    "p = 0.8 as Srivastava et al. mean it: the probability to keep a unit.",
    "| A paper of 2014 says $p = 0.8$ for these twelve units, and you write `nn.Dropout(0.8)`. How many stay on, on average? → 2.4 |",
    "0.2 · 12.",
    "The paper keeps 9.6 of 12, and `nn.Dropout(0.2)` does the same.",
    r"Behind the activations of hidden layers, mostly $0.1 \le p \le 0.5$: 0.1 is the default of PyTorch’s transformer layers, 0.5 that of `nn.Dropout`; another $p$ a layer is fine.",
    "Their $p$ is the probability to keep a unit, PyTorch’s to drop it: $1 - {keep}$ = {key}.",
    "{wrong} would drop what they kept, and keep what they dropped.",
)
def test_the_two_readings_of_the_same_number():
    torch, keras = pytest.importorskip("torch"), pytest.importorskip("keras")
    first, _, second = (use.state.texts for use in lesson("dropout").widgets)
    assert first["p"] == "0.5"
    assert (second["p"], second["meaning"]) == ("0.8", "keep")
    for keep, off in ((12 * 0.8, 0.2), (12 * 0.2, 0.8)):
        on = torch.nn.functional.dropout(torch.ones(20_000, 12), off) != 0
        assert on.sum(dim=1).double().mean().item() == pytest.approx(keep, abs=0.1)
    assert keras.layers.Dropout(0.2)(np.ones((20_000, 1)), training=True).detach().numpy().mean() == pytest.approx(
        1, abs=0.02
    )
    assert (keras.layers.Dropout(0.2)(np.ones((20_000, 1)), training=True) == 0).double().mean().item() < 0.25
    assert inspect.signature(torch.nn.TransformerEncoderLayer).parameters["dropout"].default == 0.1
    assert torch.nn.Dropout().p == 0.5


@claims(
    "The first net has no dropout, and many more weights than points.",
    "Draw its loss on points *held out*, which begins at 1.1.",
    "It falls to 0.22 within 50 steps, and then climbs back to about twice that while the training loss still falls: it learns the wrong labels by heart.",
    "With dropout it comes down to 0.2 to 0.3, and stays there.",
)
def test_the_line_that_is_to_be_drawn_falls_and_climbs():
    [use] = [use for use in lesson("dropout").widgets if use.kind == "network"]
    whole, dropped = Training(use.state.recipe), Training(use.state.twin)
    assert len(whole.parameters) > 50 * whole.recipe.examples
    losses, kept = [whole.score(held_out=True).loss], []
    assert round(losses[0], 1) == 1.1
    known = []
    for _ in range(30):
        losses.append(whole.train(50).score(held_out=True).loss)
        known.append(whole.score())
        kept.append(dropped.train(50).score(held_out=True).loss)
    assert round(losses[1], 2) == 0.22
    assert 1.9 < np.mean(losses[-4:]) / losses[1] < 2.2
    assert known[-1].loss < known[15].loss < known[0].loss
    assert known[-1].accuracy > 0.95  # of labels of which a fifth are drawn anew
    assert all(0.2 <= loss <= 0.3 for loss in kept[3:])
    sketch = use.prediction.sketch
    assert sketch.low < min(losses) < max(losses) < sketch.high  # it fits on the axes


@claims(
    "A net that is larger than its data can learn them by heart, unit by unit leaning on the others’ quirks.",
    "And the loss that a training loop prints is that of the thinned nets: on average higher than the whole net’s on the same examples.",
)
def test_the_twin_with_dropout_does_better_on_points_held_out():
    [state] = [use.state for use in lesson("dropout").widgets if use.kind == "network"]
    whole, dropped = (Training(recipe).train(1500) for recipe in (state.recipe, state.twin))
    assert dropped.score(held_out=True).loss < 0.5 * whole.score(held_out=True).loss
    assert dropped.score().loss > whole.score().loss
    layers, x = layers_of(dropped.parameters, dropped.recipe.sizes), dropped.task.train[0]
    drawn = [
        cross_entropy(
            forward(layers, dropped.activation, x, masks(dropped.recipe, step, len(x))).sums[-1], dropped.task.train[1]
        )[0]
        for step in range(1, 21)
    ]
    assert np.mean(drawn) > dropped.score().loss  # what a training loop prints


@claims(
    "Unscaled, the next layer would get less in training, on average, than in the test, where every unit is on.",
    "{wrong} makes the loss worse: units that are off already take away a share of $p$.",
    "The rest are divided by $1 - p$, not multiplied.",
    "{activation}$/(1 - {off})$ = {key}: those that stay on make up for those that are off, so that the mean stays {activation}.",
    "{wrong} comes out with the two probabilities exchanged: $p$ is that of being off, and $1 - p$ divides.",
    "Training has scaled already, by $1/(1-p)$: the full net gives the mean of what the next layer learnt with.",
    "Here it would be done twice.",
    "In the test none is, so everything would come out too large.",
    r"Each is on half of the time, and $\frac12 \cdot 2a = a$.",
    "In general the factor is $1/(1-p)$.",
    "It acts in training, so that the test needs none.",
    "| Half of the units are off. What has to be done to the others, so that the next layer gets the same on average as in the test, when all are on? → they are doubled |",
)
def test_the_mean_of_what_is_passed_on():
    def mean(p, factor):
        return (1 - p) * factor  # on with probability 1 - p, else 0; the test passes 1

    for p in (0.2, 0.3, 0.5):
        assert mean(p, 1 / (1 - p)) == pytest.approx(1)
        assert mean(p, 1 - p) < mean(p, 1) < 1
    assert 1 / (1 - 0.5) == 2
    for question in quizzes()["dropout"]:
        if question.id == "dropout-scale":
            activation = float(question.text.split("activation ")[1].split()[0])
            off = float(question.text.split("$p = ")[1].split("$")[0])
            assert question.number.key == pytest.approx(activation / (1 - off))
            assert any(wrong.value == pytest.approx(activation / off) for wrong in question.number.mistakes)


@claims(
    "The first logit is 0, the others are doubled: 0 and −2 · {right}.",
    r"The first two classes share the vote, and $-\ln\frac12$ is {key}.",
    r"{wrong} is $\ln 3$, all classes alike.",
    "The third still has its logit, so that two share the vote.",
)
def test_the_dropped_logit_of_the_quiz():
    for question in quizzes()["dropout"]:
        if question.id == "dropped-logit":
            right = float(question.text.split("logits ")[1].split(",")[0])
            assert question.number.key == pytest.approx(-log_softmax([0, 0, -2 * right])[0])
            assert f"{question.number.key:.2f}" == f"{np.log(2):.2f}"
            assert any(wrong.value == pytest.approx(np.log(3)) for wrong in question.number.mistakes)


excused(
    "definition",
    "Half of the units are switched off at random in each step of training, and none in the test: what is drawn, what is scaled, and where.",
    "For each unit draw $m$: 0 with probability $p$, else 1.",
)

excused(
    "example",
    "Half of the units are off.",
    "A paper of 2014 says $p = 0.8$ for these twelve units, and you write `nn.Dropout(0.8)`.",
    "p = 0.8",
)

excused("instruction", "Read the same 0.8 as PyTorch does, and draw a few masks.")
