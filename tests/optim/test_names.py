"""Resuming by name, and in the precision that was saved."""

from copy import deepcopy

import pytest
import torch
from training import assert_same, parameters, set_gradients

import ravine.optim


def named(order: str, seed: int = 0) -> dict[str, torch.nn.Parameter]:
    shapes = {"a": (2,), "b": (3, 2), "c": (4,)}
    values = dict(zip("abc", parameters([shapes[name] for name in "abc"], seed=seed), strict=True))
    return {name: values[name] for name in order}


def run(optimizer: torch.optim.Optimizer, params: dict[str, torch.nn.Parameter], steps: range) -> None:
    for step in steps:
        set_gradients([params[name] for name in sorted(params)], step)
        optimizer.step()


def test_reordered_parameters_find_their_own_state() -> None:
    saved = named("abc")
    optimizer = ravine.optim.Adam(saved.items(), lr=0.1)
    run(optimizer, saved, range(3))
    resumed = named("cab")
    with torch.no_grad():
        for name, param in resumed.items():
            param.copy_(saved[name])
    again = ravine.optim.Adam(resumed.items(), lr=0.1)
    again.load_state_dict(deepcopy(optimizer.state_dict()))
    run(optimizer, saved, range(3, 6))
    run(again, resumed, range(3, 6))
    assert_same([resumed[name] for name in "abc"], [saved[name] for name in "abc"], 0, 0)
    assert again.state_dict()["param_groups"][0]["param_names"] == list("cab")


def test_groups_may_be_cut_differently() -> None:
    saved = named("abc")
    optimizer = ravine.optim.Adam(saved.items(), lr=0.1)
    run(optimizer, saved, range(2))
    resumed = named("abc")
    groups = [{"params": [("c", resumed["c"])]}, {"params": [("b", resumed["b"]), ("a", resumed["a"])]}]
    again = ravine.optim.Adam(groups, lr=0.5)
    again.load_state_dict(optimizer.state_dict())
    for name in "abc":
        torch.testing.assert_close(again.state[resumed[name]]["exp_avg"], optimizer.state[saved[name]]["exp_avg"])
    assert [group["lr"] for group in again.param_groups] == [0.1, 0.1]


def test_what_does_not_match_is_named_and_nothing_is_loaded() -> None:
    optimizer = ravine.optim.Adam(named("abc").items())
    other = named("abc")
    other["d"] = other.pop("a")
    again = ravine.optim.Adam(other.items(), lr=0.5)
    with pytest.raises(ValueError, match=r"missing: d; not in this optimizer: a"):
        again.load_state_dict(optimizer.state_dict())
    assert again.param_groups[0]["lr"] == 0.5


def test_a_state_dict_without_names_goes_by_order() -> None:
    plain = ravine.optim.Adam(named("abc").values(), lr=0.1)
    again = ravine.optim.Adam(named("abc").items(), lr=0.5)
    again.load_state_dict(plain.state_dict())
    assert again.param_groups[0]["lr"] == 0.1


def test_loading_keeps_float32_state_of_bfloat16_parameters() -> None:
    param = torch.nn.Parameter(torch.ones(4, dtype=torch.bfloat16))
    param.grad = torch.full((4,), 1.01, dtype=torch.bfloat16)
    optimizer = ravine.optim.Adam([param], rounding="kahan")
    optimizer.step()
    saved = optimizer.state_dict()
    again = ravine.optim.Adam([param], rounding="kahan")
    again.load_state_dict(saved)
    assert again.state[param]["exp_avg"].dtype == torch.float32
    assert torch.equal(again.state[param]["exp_avg_sq"], optimizer.state[param]["exp_avg_sq"])
