"""The claims of the lesson: Reading a training run."""

import re
from dataclasses import replace

import numpy as np
import pytest

from ravine.lessons import lesson
from ravine.lessons.checks import generalisation, sick_runs
from ravine.lessons.network_state import read
from ravine.lessons.quiz_file import quizzes
from ravine.networks import Recipe, Training
from ravine.networks.perceptron import layers_of
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.networks import trained
from tests.lessons.claims.reading import text


def first_layer(training):
    return layers_of(training.parameters, training.recipe.sizes)[0].weights.copy()


@claims(
    "Two hidden layers of 64 on 1000 digits, Adam, layer 1 at step 100:",
    "| rate | update ratio | loss at step 300 |",
    "| One of two runs has an update ratio of 0.00003. Where does its loss stand after 300 steps, if it began at 2.5? → above 2 |",
    "2.4: in 300 steps of 0.003 % the weights have hardly moved.",
    "The twin, at a hundred times the rate, is at 0.16.",
    "The same net at two rates: read the update ratio, and then the loss.",
)
@pytest.mark.parametrize("row", ["0.00001 0.00003 2.4", "0.001 0.002 0.16", "0.1 0.01 0.65"])
def test_the_table_of_update_ratios(row):
    assert row in text("reading-a-run")
    rate, ratio, loss = map(float, row.split())
    [use] = lesson("reading-a-run").widgets
    training = Training(replace(use.state.recipe, settings={"lr": rate})).train(99)
    before = first_layer(training)
    moved = np.linalg.norm(first_layer(training.train(1)) - before) / np.linalg.norm(before)
    assert f"{moved:.0e}" == f"{ratio:.0e}"
    found = training.train(200).score().loss
    assert f"{found:.2g}" == f"{loss:.2g}"
    assert (use.state.recipe.examples, use.state.recipe.widths, use.state.recipe.rule) == (1000, (64, 64), "adam")


@claims(
    "It is no law: it falls as a schedule does, and the best run need not stand at 0.001.",
)
def test_the_ratio_falls_as_a_schedule_does():
    run = Recipe(
        data="digits", examples=500, widths=(32,), activation="relu", init="he_uniform", schedule="cosine", steps=200
    )
    training, ratios = Training(run), []
    for steps in (20, 178):
        before = first_layer(training.train(steps))
        ratios.append(np.linalg.norm(first_layer(training.train(1)) - before) / np.linalg.norm(before))
    assert ratios[1] < 0.1 * ratios[0]


def test_the_task_can_be_done():
    [use] = lesson("reading-a-run").widgets
    assert use.state.twin.hyperparameters()["lr"] == 0.001  # what the task asks for
    assert Training(use.state.recipe).score().loss == pytest.approx(2.5, abs=0.01)
    raised = Training(replace(use.state.recipe, settings={"lr": 3e-4})).train(99)
    before = first_layer(raised)
    assert np.linalg.norm(first_layer(raised.train(1)) - before) / np.linalg.norm(before) > 0.0005


def gallery():
    page = lesson("reading-a-run").source.read()
    return dict(re.findall(r"\[([^\]]+)\]\(\.\./network\.html#([^)]+)\)", page))


SICK = {
    "The loss leaps": lambda sick, well: sick.objective > 10 * well.objective,
    "Nothing arrives below": lambda sick, well: sick.accuracy < 0.6 < 0.95 < well.accuracy,
    "All units dead": lambda sick, well: sick.accuracy < 0.6 < 0.95 < well.accuracy,
    "All units alike": lambda sick, well: sick.accuracy < 0.7 < 0.95 < well.accuracy,
    "Nobody scaled the inputs": lambda sick, well: sick.accuracy < 0.2 < 0.9 < well.accuracy,
    "Learned by heart": lambda sick, well: True,  # see Learning by heart
}


def test_every_run_of_the_gallery_is_listed_here():
    assert gallery().keys() == SICK.keys()


@claims(
    "It leaps, or is no number: the step is too large.",
    "It hardly moves: too small, or no gradient arrives.",
    "[The loss leaps](../network.html#data=moons&rule=sgd&sgd.lr=30&batch=all&steps=300&twin.sgd.lr=0.3): a rate of 30.",
    "At 0.3 it falls.",
    "[Nothing arrives below](../network.html#data=moons&layers=8,8,8,8,8,8,8,8&activation=sigmoid&rule=sgd&sgd.lr=0.3&twin.activation=tanh): eight sigmoid layers and plain descent.",
    "[All units dead](../network.html#data=moons&activation=relu&bias=-10&adam.lr=0.01&twin.bias=0): biases of −10.",
    "[All units alike](../network.html#data=circles&init=constant&activation=tanh&adam.lr=0.01&twin.init=glorot_uniform): a constant start.",
    "[Nobody scaled the inputs](../network.html#data=digits&examples=500&inputs=255&layers=64,64&activation=relu&init=he_uniform&rule=sgd&sgd.lr=0.1&steps=300&twin.inputs=unit): 0 to 255, and plain descent at 0.1.",
)
@pytest.mark.parametrize("name", SICK)
def test_a_run_of_the_gallery_is_sick_and_its_twin_is_well(name):
    state = read(gallery()[name])
    assert state.twin is not None
    if name == "Learned by heart":
        return
    sick, well = (Training(recipe).train(min(300, recipe.steps)).score() for recipe in (state.recipe, state.twin))
    assert SICK[name](sick, well), (sick, well)


def test_five_looks():
    looks = re.findall(r"^(\d)\. \*\*", lesson("reading-a-run").source.read(), re.MULTILINE)
    assert looks == ["1", "2", "3", "4", "5"]


@claims(
    "**The first loss**: $\\ln C$ for $C$ classes, 2.30 for ten.",
    "A net that has seen nothing is as wrong about true labels: about 3 either way, with He’s start.",
    "No step has been taken yet.",
    "With ±1 the logits are huge, and the net is sure of what it cannot know.",
    "Then all classes are equally likely: $\\ln 10$, exactly.",
    "Much more: [the start](../2-networks-that-can-learn/03-first-weights.md#loss), or inputs that nobody scaled.",
)
def test_first_losses():
    def first(**facts):
        return trained(
            0, examples=200, widths=(64,), activation="relu", **{"scale": "standard", "init": "he_uniform", **facts}
        )

    assert f"{np.log(10):.2f}" == "2.30"
    assert first(init="zeros").score().loss == pytest.approx(np.log(10))
    for random in (0.0, 1.0):
        assert f"{first(random=random).score().loss:.0f}" == "3"
    assert first(settings={"lr": 10.0}).score() == first().score()
    sure = first(init="signs")
    assert sure.score().loss > 20
    assert np.median(np.ptp(sure.predict(sure.task.train[0]), axis=1)) > 20  # logits
    assert first(scale="255").score().loss > 20


@claims(
    "The step is {lr} · {g} long, beside a norm of 5: {key}.",
)
def test_the_update_ratio_of_the_quiz():
    for question in quizzes()["reading-a-run"]:
        if question.id == "update-ratio":
            rate, norm, gradient = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", question.text))
            assert question.number.key == pytest.approx(rate * gradient / norm)


@claims(
    "Shuffled once too often, say: the net learns them by heart, for there is nothing else to learn.",
    "Then nothing but the last biases would learn: chance in training, too.",
)
def test_what_explains_training_alone():
    assert generalisation.knows_training_alone(random=1.0)
    dead = trained(100, examples=60, widths=(64,), activation="relu", init="dead_bias", settings={"lr": 0.003})
    assert dead.score().accuracy < 0.3
    assert np.ptp(dead.predict(dead.task.train[0]), axis=0).max() == 0  # the last biases say the same of each digit


@claims(
    "Where it turns while training goes on, the net overfits: [decay](02-weight-decay.md), [dropout](03-dropout.md), more data.",
    "Every point that it trains on is named right, the wrong labels too; of those held out it misses far more, and that loss grows.",
    "It falls to nearly nothing.",
    "The loss that it descends goes down all the way.",
    "Only the other one rises.",
    "Large weights cost: the line between the classes stays smooth, some wrong labels stay wrong, and the held-out loss falls to less than half.",
    "It still fits what it trains on, and is no better on the rest.",
)
def test_the_sick_run_of_the_quiz():
    [sick] = [question for question in quizzes()["reading-a-run"] if question.kind == "diagnose"]
    marks = [sick_runs._trained(sick.run.query, step) for step in (0, 25, 50, 100, 200, 400, 800)]
    losses, others = ([mark.score(held_out).loss for mark in marks] for held_out in (False, True))
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.01
    assert others[-1] > 1.5 * min(others)
    assert marks[-1].score().accuracy == 1
    assert marks[-1].score(held_out=True).accuracy < 0.9
    _, decayed, faster = (sick_runs._trained(sick_runs.changed(sick.run.query, cure.change)) for cure in sick.cures)
    assert decayed.score(held_out=True).loss < others[-1] / 2
    assert decayed.score().accuracy < 1
    assert np.linalg.norm(decayed.parameters) < 0.5 * np.linalg.norm(marks[-1].parameters)
    assert faster.score().accuracy > 0.95
    assert faster.score(held_out=True).accuracy <= marks[-1].score(held_out=True).accuracy


excused(
    "road sign", "Five looks, in this order, that tell what is wrong; and a gallery of sick runs to open and to cure."
)

excused("example", "One of two runs has an update ratio of 0.00003.")

excused("instruction", "Play, then raise the first net’s rate until its ratio is about 0.001.")
