"""The claims of the lesson: Weight decay."""

import csv
import importlib
import inspect
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ravine
from ravine.backends import numpy as reference
from ravine.lessons import lesson
from ravine.networks import Training
from ravine.rules import rules
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import text


def weights(rule, g, steps, **settings):
    """Where weights of 1 get to, under gradients of ±g in turn."""
    settings = rules[rule].settings(settings)
    theta = np.ones(len(g))
    state = reference.start(rules[rule].equation, theta, settings)
    for t in range(1, steps + 1):
        theta, state = reference.step(rules[rule].equation, theta, g if t % 2 else -g, state, t, settings)
    return theta


@claims(
    "Without any other gradient, at $\\eta = \\lambda = 0.1$, a weight of 1 becomes in ten steps:",
    "| rule | as L2 | as decay |",
    "**Momentum** adds $\\lambda\\theta$ up with the gradients, so it acts up to ten times as strongly, and swings past 0.",
    "L2’s $\\lambda\\theta$ is added up in the velocity, and goes on acting when the weight is small already.",
    "The third reading holds for plain descent alone.",
    "One term with three readings, why it is L2 for plain descent alone, and what PyTorch’s weight_decay really does.",
)
def test_the_table_without_a_gradient():
    for title, rule in (("gradient descent", "sgd"), ("momentum 0.9", "momentum")):
        shown = [
            weights(f"{rule}+{form}", np.zeros(1), 10, lr=0.1, weight_decay=0.1)[0] for form in ("l2", "decoupled")
        ]
        assert f"{title} {shown[0]:.2f} {shown[1]:.2f}" in text("weight-decay")
    path = [weights("momentum+l2", np.zeros(1), steps, lr=0.1, weight_decay=0.1)[0] for steps in range(1, 80)]
    assert min(path) < 0  # it swings past
    assert pytest.approx(10) == 1 / (1 - 0.9)  # what a constant λθ adds up to


@claims(
    "200 steps at $\\eta = 0.001$, $\\lambda = 0.1$, with gradients ±g:",
    "| g | Adam + L2 | AdamW |",
)
def test_the_table_with_gradients():
    g = np.array([0.01, 1.0, 100.0])
    ends = [weights(rule, g, 200, lr=1e-3, weight_decay=0.1) for rule in ("adam+l2", "adamw")]
    for size, l2, decoupled in zip(g, *ends, strict=True):
        assert f"{size:g} {l2:.2f} {decoupled:.2f}" in text("weight-decay")


@claims(
    "PyTorch's SGD and Adam contain the line `grad = grad.add(param, alpha=weight_decay)`: L2, before momentum and $\\hat v$.",
    "AdamW multiplies `param` by `1 - lr * weight_decay` instead.",
    "It is multiplied by $1 - \\eta\\lambda$: 2 · (1 − {lr} · {decay}) = {key}.",
)
def test_what_pytorch_does():
    torch = pytest.importorskip("torch")
    sgd, adam = (inspect.getsource(importlib.import_module(f"torch.optim.{name}")) for name in ("sgd", "adam"))
    assert "grad = grad.add(param, alpha=weight_decay)" in sgd
    assert "grad = grad.add(param, alpha=weight_decay)" in adam
    assert "param.mul_(1 - lr * weight_decay)" in adam  # with decoupled_weight_decay
    before, rate, decay = 2.0, 0.1, 0.5
    for make, shrunk in ((torch.optim.SGD, rate * decay), (torch.optim.AdamW, rate * decay)):
        theta = torch.nn.Parameter(torch.tensor(before, dtype=torch.float64))
        theta.grad = torch.zeros_like(theta)
        make([theta], lr=rate, weight_decay=decay).step()
        assert theta.item() == pytest.approx(before * (1 - shrunk))


@claims(
    "The minimum is that of $L$ among all $\\theta$ of at most some norm.",
    "The variance is $1/\\lambda$ if the loss is a *sum*; with the *mean* over $N$ examples it is $1/(N\\lambda)$.",
    "A step of descent is $\\theta \\leftarrow (1-\\eta\\lambda)\\,\\theta - \\eta\\nabla L$.",
    "Only $N$ times the mean loss is a log likelihood, and $N\\lambda/2 \\cdot \\theta^2$ is that of a variance of $1/(N\\lambda)$ = {key}.",
    "The more examples, the more the same $\\lambda$ of a mean loss weighs beside one of them.",
    "$\\theta - \\eta(g + \\lambda\\theta)$ is $(1-\\eta\\lambda)\\theta - \\eta g$.",
)
def test_the_three_readings():
    random = np.random.default_rng(0)
    design, target, decay = random.normal(size=(50, 3)), random.normal(size=50), 0.3
    penalised = np.linalg.solve(design.T @ design / 50 + decay * np.eye(3), design.T @ target / 50)

    def loss(theta):
        return np.mean((target - design @ theta) ** 2) / 2

    # A constraint: nothing of at most its norm has a lower loss.
    others = random.normal(size=(2000, 3))
    others *= np.linalg.norm(penalised) * random.random((2000, 1)) / np.linalg.norm(others, axis=1, keepdims=True)
    assert min(map(loss, others)) >= loss(penalised)
    # A prior of variance 1/(Nλ), unit noise: the posterior's mean.
    posterior = np.linalg.solve(design.T @ design + 50 * decay * np.eye(3), design.T @ target)
    assert penalised == pytest.approx(posterior)
    # Shrinking.
    theta, rate = penalised + 1, 0.1
    gradient = design.T @ (design @ theta - target) / 50
    assert theta - rate * (gradient + decay * theta) == pytest.approx((1 - rate * decay) * theta - rate * gradient)


@claims(
    "| Which of the two will have the lower loss on points held out? → the one with decay: less than half the loss |",
    "After 1500 steps it is 0.25 against 0.80, though its loss in training is higher, 0.22 against 0.0004.",
    "Its parameters have a norm of 5.3 instead of 27, and its border is smooth.",
)
def test_what_the_widget_shows():
    [use] = lesson("weight-decay").widgets
    free, decayed = (Training(recipe).train(1500) for recipe in (use.state.recipe, use.state.twin))
    said = text("weight-decay")
    held = [found.score(held_out=True).loss for found in (decayed, free)]
    assert f"{held[0]:.2f} against {held[1]:.2f}" in said
    assert f"{decayed.score().loss:.2f} against {free.score().loss:.4f}" in said
    norms = [np.linalg.norm(found.parameters) for found in (decayed, free)]
    assert f"{norms[0]:.1f} instead of {norms[1]:.0f}" in said
    assert held[0] < held[1] / 2


def test_tenfold_is_too_much():
    [use] = lesson("weight-decay").widgets
    much = Training(replace(use.state.twin, lam=0.1)).train(1500)
    assert much.score().accuracy < 0.8


@claims(
    "On the moons it is a lot, on real pictures it may be little.",
    "To the test accuracy of two perceptrons on CIFAR-10 weight decay added 0.96 and −0.12 points (Zhang et al. 2017); run again in Ravine's lab on 5,000 of the pictures, from three seeds, 0.20 and 0.28.",
    "Nor does it stop a net from learning by heart: labels drawn by lot are learned to above 99 % with it, too, in 1,092 steps rather than 936 with one hidden layer, and in 1,794 rather than 1,170 with three.",
)
def test_how_much_weight_decay_helps_perceptrons_on_pictures():
    studies = Path(ravine.__file__).parents[2] / "studies"
    with (studies / "published" / "zhang-random-labels.csv").open(encoding="utf-8") as file:
        cells = [cell for cell in csv.DictReader(file) if cell["random_labels"] == "no"]
    published = {(c["model"], c["weight_decay"] == "yes"): float(c["test_accuracy_percent"]) for c in cells}
    rows = json.loads((studies / "zhang-random-labels.json").read_text(encoding="utf-8"))["figures"]["rows"]
    found = {(row["model"], row["random"], row["decay"]): row for row in rows}
    steps = {}
    for model, theirs, ours in (("MLP 3×512", 0.96, 0.20), ("MLP 1×512", -0.12, 0.28)):
        assert published[model, True] - published[model, False] == pytest.approx(theirs, abs=1e-9)
        with_it, without = (found[model, 0, decay]["test"] for decay in (True, False))
        assert len(with_it) == len(without) == 3
        assert round(float(np.mean(with_it) - np.mean(without)), 2) == ours
        assert min(found[model, 1, True]["train"]) > 99
        steps[model] = [int(np.median(found[model, 1, decay]["steps"])) for decay in (True, False)]
    assert steps == {"MLP 1×512": [1092, 936], "MLP 3×512": [1794, 1170]}


excused(
    "definition",
    "**L2 regularisation** makes them cost something: the loss becomes $L + \\frac{\\lambda}{2}\\lVert\\theta\\rVert^2$, "
    "and the gradient gets one more term, $\\lambda\\theta$.",
    "$\\theta$ is believed to be normal around 0.",
    "{wrong} is further from 0: the sign has slipped.",
)
