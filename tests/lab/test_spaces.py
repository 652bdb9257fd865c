"""Search spaces: grids, lists, fixed values, and points drawn from a scrambled Halton sequence."""

import numpy as np
import pytest
from scipy.stats import qmc

import ravine
from ravine.lab.study.spaces import settings


def values(text, **more):
    return [setting["lr"] for setting in settings({"lr": text, **more})]


def test_a_logarithmic_grid_rounded_to_three_digits():
    assert values("1e-4:1:5") == [1e-4, 1e-3, 1e-2, 0.1, 1.0]
    assert values("1:0.01:3") == [0.01, 0.1, 1.0]
    assert values("1e-3:1e-1:5") == [float(f"{x:.3g}") for x in np.logspace(-3, -1, 5)]


def test_lists_and_fixed_values():
    assert values("0.1, 0.01") == [0.01, 0.1]
    assert values([0.1, 0.01, 0.1]) == [0.01, 0.1]
    assert values(0.3) == values("0.3") == [0.3]


def test_every_combination_is_tried():
    tried = settings({"lr": "0.1:1:2", "beta1": [0.8, 0.9], "eps": 1e-8})
    assert tried == [
        {"lr": lr, "beta1": beta1, "eps": 1e-8} for lr in (0.1, 1.0) for beta1 in (0.8, 0.9)
    ]  # fmt: skip


def test_trials_are_points_of_scipys_scrambled_halton_sequence():
    tried = settings({"eps": 1e-8, "lr": "1e-4:1", "beta1": "0.8:0.99 linear", "beta2": [0.9, 0.99, 0.999]}, trials=64)
    unit = qmc.Halton(3, scramble=True, rng=0).random(64)
    assert [setting["lr"] for setting in tried] == pytest.approx(1e-4 * 1e4 ** unit[:, 0], rel=5e-3)
    assert [setting["beta1"] for setting in tried] == pytest.approx(0.8 + 0.19 * unit[:, 1], rel=1e-4)
    assert [setting["beta2"] for setting in tried] == [(0.9, 0.99, 0.999)[int(3 * u)] for u in unit[:, 2]]
    assert {setting["eps"] for setting in tried} == {1e-8}
    assert tried == settings(
        {"eps": 1e-8, "lr": "1e-4:1", "beta1": "0.8:0.99 linear", "beta2": [0.9, 0.99, 0.999]}, trials=64
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("fast", "lr: 'fast' cannot be read; write a number"),
        ("", "lr: no values"),
        (",", "lr: no values"),
        ([], "lr: no values"),
        ("1:2:1", "count of 2 to 100"),
        ("1:2:1000", "count of 2 to 100"),
        ("1:2:x", "count of 2 to 100"),
        ("1:1:3", "two different ends"),
        ("1:0:3", "both ends must be above 0"),
        ("1:2:3:4", "cannot be read"),
        ("1:2:3 linear", "cannot be read"),
        ("1:2", "needs trials"),
        (float("nan"), "finite"),
        ("inf", "finite"),
        (True, "finite number, not True"),
        (None, "cannot be read"),
        ([1, "a"], "'a' cannot be read"),
        (list(range(1, 200)), "at most 100"),
    ],
)
def test_what_is_no_range_is_refused(given, says):
    with pytest.raises(ravine.RavineError) as caught:
        settings({"lr": given})
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("ranges", "trials", "says"),
    [
        ({"lr": 0.1}, 5, "nothing varies"),
        ({"lr": "1:2"}, 0, "trials must be"),
        ({"lr": "1:2"}, 2.0, "trials must be"),
        ({"lr": "1:9:100", "eps": "1:9:100", "beta": "1:9:100"}, None, "and at most 10000 are tried"),
    ],
)
def test_spaces_that_cannot_be_searched_are_refused(ranges, trials, says):
    with pytest.raises(ravine.RavineError, match=says):
        settings(ranges, trials)
