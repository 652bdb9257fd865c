"""The claims of the lesson: Reading a training run."""

import re
from dataclasses import replace

import numpy as np
import pytest

from ravine.lessons import lesson
from ravine.lessons.network_state import read
from ravine.networks import Recipe, Training
from ravine.networks.perceptron import layers_of
from tests.lessons.claims.reading import text


def first_layer(training):
    return layers_of(training.parameters, training.recipe.sizes)[0].weights.copy()


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


@pytest.mark.parametrize("name", SICK)
def test_a_run_of_the_gallery_is_sick_and_its_twin_is_well(name):
    state = read(gallery()[name])
    assert state.twin is not None
    if name == "Learned by heart":
        return
    sick, well = (Training(recipe).train(min(300, recipe.steps)).score() for recipe in (state.recipe, state.twin))
    assert SICK[name](sick, well), (sick, well)
