"""The claims of the lesson: Learning by heart."""

from dataclasses import replace

import numpy as np
import pytest

from ravine.lessons import lesson
from ravine.lessons.checks import generalisation
from ravine.networks import Training
from tests.lessons.claims.networks import percent
from tests.lessons.claims.reading import text


def epochs_until_known(training, most):
    """How many epochs of ten batches it takes until every label to train on is right."""
    return next((epoch for epoch in range(1, most + 1) if training.train(10).score().accuracy == 1), None)


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


def test_the_widget_is_the_net_that_the_text_describes():
    [use] = lesson("learning-by-heart").widgets
    recipe, twin = use.state.recipe, use.state.twin
    assert (recipe.data, recipe.examples, recipe.widths, recipe.random, twin.random) == ("digits", 300, (128,), 1, 0)
    assert len(Training(recipe).parameters) == 9610
    assert "9,610 parameters" in text("learning-by-heart")


def test_it_needs_room():
    right = {width: generalisation._scores(1.0, width, 2000)[1].accuracy for width in (8, 32, 128)}
    assert [percent(share) for share in right.values()] == ["47 %", "88 %", "100 %"]


def test_no_training_measure_tells_them_apart():
    true, lot = (generalisation._scores(random, 128, 1200) for random in (0.0, 1.0))
    assert min(true[1].accuracy, lot[1].accuracy) > 0.99
    assert true[2].accuracy > 0.9 > 0.2 > lot[2].accuracy
