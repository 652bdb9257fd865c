"""Small networks in Python: their data, their dropout, and what training them is known to show.

That they equal PyTorch's is tested in tests/studio/test_network_engine.py, where the page's are too.
"""

import numpy as np
import pytest

from ravine.errors import RavineError
from ravine.networks import Recipe, Training
from ravine.networks.datasets import DATASETS, MOST, SCALES, dataset
from ravine.networks.digits import pack, packed
from ravine.networks.training import masks


def test_the_digits_are_scikit_learns():
    pytest.importorskip("sklearn")
    assert packed() == pack(), "write them again: python -m ravine.networks.digits"


def test_the_digits_held_out_are_the_labs():
    pytest.importorskip("torch")
    from ravine.lab.problems.digits import data

    theirs, ours = data().test, dataset("digits", MOST["digits"])
    assert np.array_equal(ours.held_out[0], theirs.inputs.numpy())
    assert np.array_equal(ours.held_out[1], theirs.targets.numpy())
    assert ours.train[0].shape == (1437, 64)


@pytest.mark.parametrize("name", DATASETS)
def test_a_set_begins_alike_whatever_its_size(name):
    small, large = dataset(name, 20, seed=4), dataset(name, 60, seed=4)
    assert np.array_equal(small.train[0], large.train[0][:20])
    assert np.array_equal(small.held_out[0], large.held_out[0])


@pytest.mark.parametrize("name", DATASETS)
def test_scales(name):
    unit, standard, large = (dataset(name, 200, scale=scale) for scale in SCALES)
    assert np.abs(unit.train[0]).max() < 1.5
    assert standard.train[0].mean(axis=0) == pytest.approx(0, abs=1e-12)
    spreads = standard.train[0].std(axis=0)
    assert spreads[spreads > 0] == pytest.approx(1)
    assert np.array_equal(large.held_out[0], 255 * unit.held_out[0])


def test_random_labels():
    plain, half = (dataset("digits", 1400, random=share) for share in (0, 0.5))
    changed = np.mean(plain.train[1] != half.train[1])
    assert changed == pytest.approx(0.5 * 0.9, abs=0.05)  # a tenth of what is drawn is what it was
    assert np.array_equal(plain.held_out[1], half.held_out[1])


def test_a_mask_turns_off_p_and_makes_up_for_it():
    recipe = Recipe(dropout=0.4, widths=(50,), dropout_inputs=0.1)
    inputs, hidden = masks(recipe, 1, 400)
    assert set(np.unique(hidden)) == {0.0, 1 / 0.6}
    assert np.mean(hidden == 0) == pytest.approx(0.4, abs=0.02)
    assert np.mean(inputs == 0) == pytest.approx(0.1, abs=0.03)
    assert not np.array_equal(hidden, masks(recipe, 2, 400)[1])


def test_digits_are_learned():
    recipe = Recipe(data="digits", examples=1000, widths=(32,), activation="relu", settings={"lr": 5e-3})
    trained = Training(recipe).train(600)
    assert trained.score().accuracy > 0.97
    assert trained.score(held_out=True).accuracy > 0.9


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"data": "mnist"}, "unknown data set"),
        ({"widths": (0,)}, "a width must be from 1 to 256, not 0"),
        ({"widths": (10_000,)}, "a width must be from 1 to 256, not 10000"),
        ({"widths": (8,) * 20}, "hidden layers must be from 0 to 12, not 20"),
        ({"dropout": 1.0}, "dropout must be a share"),
        ({"examples": 0}, "examples must be from 2"),
        ({"rule": "adom"}, "unknown rule"),
        ({"settings": {"lr": -1.0}}, "lr must be in"),
        ({"rule": "adamw", "decay": "l2"}, "has weight decay already"),
        ({"activation": "relo"}, "unknown activation"),
        ({"init": "he"}, "unknown initializer"),
        ({"gain": float("inf")}, "gain must be a finite number"),
    ],
)
def test_what_no_network_can_be_made_of(wrong, said):
    with pytest.raises(RavineError, match=said):
        Recipe(**wrong)
