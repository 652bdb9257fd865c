"""The claims of the lesson: Learning by heart."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ravine.lab import compare
from ravine.lab.analysis.entrant import steps_to
from ravine.lessons import lesson
from ravine.lessons.checks import generalisation
from ravine.networks import Training
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.networks import percent
from tests.lessons.claims.reading import text


def epochs_until_known(training, most):
    """How many epochs of ten batches it takes until every label to train on is right."""
    return next((epoch for epoch in range(1, most + 1) if training.train(10).score().accuracy == 1), None)


@claims(
    "A large net learns labels that were drawn by lot, every one: why training accuracy says nothing about new data.",
    "What else gives it away: it takes five times as long and more, and its parameters grow, to a norm above 33 against 19 to 20 with true labels.",
    "The twin has 9,610 parameters for 300 digits and is right about 93 % of new ones.",
    "9,610 parameters: it learns every one by heart, and knows nothing about other digits.",
    "It learns them by heart, all 300.",
    "That takes it 85 to 200 epochs, by the seed, and its twin about 20.",
    "On digits that it has not seen it is right about 7 to 12 % of the time, which is chance; the twin about 93 %.",
)
@pytest.mark.slow
@pytest.mark.parametrize(("seed", "lot", "true"), [(0, 111, 21), (1, 197, 19), (2, 85, 18)])
def test_labels_by_lot_take_85_to_200_epochs_and_true_ones_20(seed, lot, true):
    [use] = lesson("learning-by-heart").widgets
    by_lot, twin = (Training(replace(recipe, seed=seed)) for recipe in (use.state.recipe, use.state.twin))
    assert epochs_until_known(twin, 40) == true
    assert 0.92 < twin.score(held_out=True).accuracy < 0.95
    assert 19 < np.linalg.norm(twin.parameters) < 20
    assert epochs_until_known(by_lot, 200) == lot
    assert 0.06 < by_lot.score(held_out=True).accuracy < 0.125
    assert np.linalg.norm(by_lot.parameters) > 33
    assert lot > 4.5 * true


@claims(
    "300 handwritten digits, and a net with 128 hidden units, which has $65 \\cdot 128 + 129 \\cdot 10$, that is 9,610 parameters.",
    "The first net gets labels drawn by lot, its twin the true ones; same start, same batches.",
    "Each unit has a weight for each input and a bias: 65 · {hidden} + ({hidden} + 1) · 10 = {key}.",
    "Draw the line: chance is 10 %.",
)
def test_the_widget_is_the_net_that_the_text_describes():
    [use] = lesson("learning-by-heart").widgets
    recipe, twin = use.state.recipe, use.state.twin
    assert (recipe.data, recipe.examples, recipe.widths, recipe.random, twin.random) == ("digits", 300, (128,), 1, 0)
    assert recipe.sizes[-1] == 10  # classes
    assert len(Training(recipe).parameters) == 9610
    assert len(Training(replace(recipe, widths=(8,))).parameters) == 610
    assert len(Training(replace(recipe, widths=(32,))).parameters) == 2410
    assert 65 * 128 + 129 * 10 == 9610
    assert recipe == replace(twin, random=1)
    assert "9,610 parameters" in text("learning-by-heart")


@claims(
    "With labels by lot, the same 200 epochs bring 8 hidden units to 47 %, 32 to 88 %, and 128 to 100 %: a net with more parameters than it needs is easier to optimise.",
    "610 parameters are more than 300 labels, and yet it gets about half: with little to spare it is hard to find the way.",
    "2,410 parameters, and it is right about most, not all.",
)
def test_it_needs_room():
    right = {width: generalisation._scores(1.0, width, 2000)[1].accuracy for width in (8, 32, 128)}
    assert [percent(share) for share in right.values()] == ["47 %", "88 %", "100 %"]


@claims(
    "**Training accuracy, 100 % for both, cannot tell them apart.**",
    "Only data held out can.",
    "Both are right about all of them: the net learns labels by lot as well as true ones.",
    "There is nothing in labels by lot that would carry over: chance, against more than nine in ten.",
    "A net that has seen nothing is as wrong about true labels as about others.",
)
def test_no_training_measure_tells_them_apart():
    true, lot = (generalisation._scores(random, 128, 1200) for random in (0.0, 1.0))
    assert min(true[1].accuracy, lot[1].accuracy) > 0.99
    assert true[2].accuracy > 0.9 > 0.2 > lot[2].accuracy
    assert true[0].loss == pytest.approx(lot[0].loss, rel=0.1)


excused("instruction", "Play until a net knows all its labels.")
excused(
    "definition",
    "There is nothing to understand any more.",
    "“It has more parameters than examples, so it must overfit”",
    "Every unit of a layer is connected with every one of the layer before.",
)


@claims(
    "Run again in Ravine's lab with 5,000 of the pictures, from three seeds: both perceptrons learn labels by lot to above 99 %, with weight decay or without, and are right about 9 to 10 % of the test.",
    "With true labels they reach 40 to 41 % there, and weight decay adds less than half a point.",
)
def test_the_study_of_labels_by_lot():
    rows = json.loads((Path(__file__).parents[3] / "studies" / "zhang-random-labels.json").read_text())["figures"][
        "rows"
    ]
    by_lot, true = ([row for row in rows if row["random"] == share] for share in (1, 0))
    assert {(row["model"], row["decay"]) for row in by_lot} == {
        (model, decay) for model in ("MLP 1×512", "MLP 3×512") for decay in (False, True)
    }
    assert all(len(row["train"]) == 3 and min(row["train"]) > 99 for row in by_lot)
    assert {round(test) for row in by_lot for test in row["test"]} == {9, 10}
    assert {round(test) for row in true for test in row["test"]} == {40, 41}
    mean = {(row["model"], row["decay"]): np.mean(row["test"]) for row in true}
    assert all(0 < mean[model, True] - mean[model, False] < 0.5 for model, _ in mean)


@claims(
    "From every seed Adam knows all 300 labels by heart before the end, 99 % of them after 530 to 710 steps, and is right about 9 to 16 % of the digits held out.",
)
def test_the_digits_by_heart_at_your_own_desk():
    """The command of the lesson: three seeds that choose, five that report."""
    assert (
        "ravine compare digits-random-labels --optimizers adam --lrs 0.01" in lesson("learning-by-heart").source.read()
    )
    found = compare("digits-random-labels", optimizers=["adam"], lrs=[0.01])
    assert len(found.runs) == 8
    assert {run.validation_metric[-1] for run in found.runs} == {1.0}
    steps = [steps_to(run, 0.99, "accuracy") for run in found.runs]
    assert (min(steps), max(steps)) == pytest.approx((530, 710), abs=20)  # rounding moves a run by a look
    assert {round(100 * run.test_metric) for run in found.runs} <= set(range(9, 17))
