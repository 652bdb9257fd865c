"""The claims of the lesson: RMSprop."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from ravine import descend
from ravine.dialect_tables import FORMS
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.lessons.claims.ledger import claims, excused
from tests.lessons.claims.reading import runs, states, text


@claims(
    r"A gradient that is $k$ steps old weighs $(1-\alpha)\alpha^k$.",
    "One gradient of 1 in the first step and none after it: s is the weight that this gradient still has.",
    r"With $\alpha = 0.9$ half of its weight is gone after 7 steps, with 0.99 after 69.",
)
def test_what_the_average_remembers():
    s = feed(rules["rmsprop"], gradients("impulse", 40), alpha=0.9)["s"]
    np.testing.assert_allclose(s, 0.1 * 0.9 ** np.arange(40))
    half = {alpha: math.log(0.5) / math.log(alpha) for alpha in (0.9, 0.99)}
    assert f"gone after {half[0.9]:.0f} steps, with 0.99 after {half[0.99]:.0f}" in text("rmsprop")


@claims(
    "The first steps are the largest",
    r"$s$ starts at 0, and nothing corrects for it: the first step is $\eta/\sqrt{1-\alpha}$, ten times the rate at $\alpha = 0.99$.",
    r"Only $1-\alpha$ of the first square is in $s$: the step is $\eta/\sqrt{1-\alpha}$ = {key}, whatever the gradient.",
    "RMSprop has none: its first steps are the largest.",
)
def test_rmsprops_first_step_is_ten_times_the_rate():
    first = feed(rules["rmsprop"], np.ones(500), lr=1.0, alpha=0.99)["step"]
    assert first[0] == pytest.approx(1 / math.sqrt(1 - 0.99), rel=1e-6) == pytest.approx(10)
    assert first.argmax() == 0
    assert "ten times the rate" in text("rmsprop")


def test_rmsprop_takes_the_diagonal_and_never_settles_at_a_large_rate():
    state = states("rmsprop")[1]
    path = runs(state)["rmsprop"].points
    steps = np.abs(np.diff(path[:30], axis=0))
    assert np.median(steps[5:, 0]) == pytest.approx(np.median(steps[5:15, 1]), rel=0.6)  # along and across
    late = runs(state, rmsprop__lr=0.2)["rmsprop"].points[-20:]
    assert np.abs(late).max() > 0.05
    assert np.abs(runs(state)["sgd"].points[-1, 1]) < 1e-12


@claims(
    r"Near the minimum the gradients shrink, and so does what they are divided by: the steps stay about as long as $\eta$, and it swings by half of that to either side, for ever.",
)
def test_it_swings_by_half_the_rate_at_any_rate():
    for rate in (0.05, 0.1, 0.2):
        late = np.abs(descend("rmsprop", "ravine", steps=800, lr=rate, alpha=0.9).points[-50:, 0])
        np.testing.assert_allclose(late, rate / 2, rtol=0.02)
    assert "swings by half of that to either side" in text("rmsprop")


@claims(
    "Raise α to 0.99, PyTorch's default.",
    "PyTorch's are 0.99 and 0.01.",
    "Even the start of $s$ is a choice: 0 here, 1 in TensorFlow 1, whose first steps were short.",
)
def test_the_defaults_and_starts_that_the_lesson_names():
    torch, keras = FORMS["torch"]["rmsprop"].settings, FORMS["keras"]["rmsprop"].settings
    assert (torch["alpha"][1], torch["lr"][1]) == (0.99, 0.01)
    assert (keras["alpha"][1], keras["lr"][1]) == (0.9, 0.001)
    assert (FORMS["torch"]["rmsprop"].fixed["s0"], FORMS["tf1"]["rmsprop"].fixed["s0"]) == (0.0, 1.0)
    first = {name: feed(rules[name], [0.1], lr=0.01)["step"][0] for name in ("rmsprop", "rmsprop_tf1")}
    assert first["rmsprop_tf1"] < 0.01 < first["rmsprop"]


@claims(
    "Nor is the average a window: old gradients fade, and none drops out.",
    "Older gradients keep $0.9^{{newest}}$ of the weight, so the last {newest} have $1 - 0.9^{{newest}}$ = {key}.",
    "{wrong} is the share of all the older gradients.",
    "The last {newest} have the rest.",
    "Only the newest weighs 0.1.",
    r"The next weighs $0.1 \cdot 0.9$, and so on: the weights fade.",
)
def test_the_share_of_the_newest_gradients():
    weights = (1 - 0.9) * 0.9 ** np.arange(400)
    for newest in (1, 5, 10, 20):
        assert weights[:newest].sum() == pytest.approx(1 - 0.9**newest)
        assert weights[newest:].sum() == pytest.approx(0.9**newest)
    assert np.all(np.diff(weights) < 0)  # they fade
    assert np.all(weights > 0)  # and none drops out: no window


@claims(
    "RMSprop’s step has the sign of the newest gradient, always.",
    r"No step can exceed $\eta/\sqrt{1-\alpha}$, about three times the rate here.",
)
def test_steps_have_the_sign_of_the_newest_gradient_and_a_bound():
    stream = np.random.default_rng(0).normal(0, 1, 2000) * np.random.default_rng(1).choice([1e-3, 1, 1e3], 2000)
    steps = feed(rules["rmsprop"], stream, lr=1.0, alpha=0.9)["step"]
    assert np.all(np.sign(steps) == np.sign(stream))
    assert np.abs(steps).max() <= 1 / math.sqrt(1 - 0.9) == pytest.approx(3.16, abs=0.01)


@claims(
    "With gradients 20 times larger across than along, both end up with equal steps: the steep direction no longer sets the limit.",
)
def test_directions_of_different_slope_get_equal_steps():
    along, across = (feed(rules["rmsprop"], size * np.ones(200), lr=0.05, alpha=0.9)["step"] for size in (1.0, 20.0))
    np.testing.assert_allclose(along, across, rtol=1e-6)
    limits = [
        np.abs(descend("rmsprop", "ravine", (0.0, 1.0), 400, lr=rate, alpha=0.9).points[-50:, 1]).max()
        for rate in (0.05, 0.2)
    ]
    assert max(limits) < 0.2  # twice the limit of plain descent, and still near the floor


@claims(
    "It settles only if the rate falls.",
)
def test_with_a_falling_rate_it_settles():
    ends = {
        schedule: np.abs(descend("rmsprop", "ravine", steps=400, lr=0.05, alpha=0.9, schedule=schedule).points[-1])
        for schedule in ("constant", "cosine")
    }
    assert ends["cosine"].max() < 1e-3 < ends["constant"].max()


def logged(optimizer):
    """The accuracies of its runs after each epoch, in %, by rate; the last of the runs of a rate."""
    with (Path(__file__).parents[3] / "studies" / "published" / "mnist-optimizers.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["optimizer"] == optimizer]
    last = {row["lr"]: row["run"] for row in rows}
    return {
        float(lr): [100 * float(row["validation_accuracy"]) for row in rows if row["run"] == run]
        for lr, run in last.items()
    }


@claims(
    "In one [MNIST study](11-which-one.md#rates) (10 epochs, its network not told) RMSprop at 0.01 never left 11.35 % accuracy, at 0.001 it reached 99 %, and at 0.00001 it crept to 96.7 %.",
    "In Ravine's lab 11.35 % hangs on the seed: two or three of five are there after an epoch, on each of three networks.",
)
def test_the_logged_runs_of_rmsprop():
    runs = logged("RMSprop")
    assert {len(each) for each in runs.values()} == {10}
    assert {round(each, 2) for each in runs[0.01]} == {11.35}
    assert runs[0.001][-1] == pytest.approx(99, abs=0.5)
    assert runs[0.00001][-1] == pytest.approx(96.7, abs=0.05)
    study = json.loads((Path(__file__).parents[3] / "studies" / "rmsprop-by-seed.json").read_text())
    ends = [network["test"] for network in study["figures"]["networks"].values()]
    assert [len(each) for each in ends] == [5, 5, 5]
    assert sorted(each.count(11.35) for each in ends) == [2, 2, 3]
    assert all(test > 80 for each in ends for test in each if test != 11.35)


def test_rmsprop_is_not_momentum():
    stream = gradients("alternating", 20)
    momentum, rmsprop = (feed(rules[name], stream, lr=0.1)["step"] for name in ("momentum", "rmsprop"))
    assert np.abs(momentum[-1]) < 0.1 < np.abs(rmsprop).max()  # the one's cancel, the other's do not


excused(
    "definition",
    "There is no square and nothing is divided.",
    "The squares are summed and never forgotten, as in Adagrad, and the root is missing.",
)
