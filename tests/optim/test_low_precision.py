"""bfloat16 and float16 parameters, and the roundings that let small steps arrive."""

import pytest
import torch

import ravine.optim

LOW = [torch.bfloat16, torch.float16]


def walk(rounding: str | None, dtype: torch.dtype, steps: int = 1000, count: int = 256) -> torch.Tensor:
    """Steps of 1e-3, downwards from 1.0."""
    param = torch.nn.Parameter(torch.ones(count, dtype=dtype))
    optimizer = ravine.optim.SGD([param], lr=1e-3, rounding=rounding)
    for _ in range(steps):
        param.grad = torch.full((count,), -1.0, dtype=dtype)
        optimizer.step()
    return param.detach().float()


def test_to_the_nearest_small_steps_are_lost_as_in_torch() -> None:
    assert walk(None, torch.bfloat16, steps=50).unique().tolist() == [1.0]


@pytest.mark.parametrize("dtype", LOW, ids=str)
def test_kahan_arrives(dtype: torch.dtype) -> None:
    assert walk("kahan", dtype).sub(2.0).abs().max() < 0.01


@pytest.mark.parametrize("dtype", LOW, ids=str)
def test_stochastic_rounding_arrives_on_average(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    ends = walk("stochastic", dtype)
    # One walk has a standard deviation of about sqrt(1000 · 1e-3 · 2**-7), the mean of 256 a sixteenth of it.
    assert abs(float(ends.mean()) - 2.0) < 0.03
    assert ends.std() > 0


@pytest.mark.parametrize("dtype", LOW, ids=str)
@pytest.mark.parametrize("start", [1.0, -1.0, 0.0, 3e-6, -3e-6, 2.0])
def test_stochastic_rounding_takes_a_neighbour_with_the_right_odds(dtype: torch.dtype, start: float) -> None:
    torch.manual_seed(1)
    param = torch.nn.Parameter(torch.full((20_000,), start, dtype=dtype))
    low = param.detach()[0].clone()
    up = torch.nextafter(low, torch.tensor(torch.inf, dtype=dtype))
    gap = float(up.double() - low.double())
    lr = gap * 0.25
    param.grad = torch.full((20_000,), -1.0, dtype=dtype)
    ravine.optim.SGD([param], lr=lr, rounding="stochastic").step()
    found = set(param.detach().tolist())
    assert found == {float(low), float(up)}
    assert abs((param.detach() == up).double().mean().item() - 0.25) < 0.02


def test_one_seed_gives_one_trajectory() -> None:
    ends = []
    for _ in range(2):
        torch.manual_seed(7)
        ends.append(walk("stochastic", torch.bfloat16, steps=20))
    assert torch.equal(ends[0], ends[1])


def test_rounding_may_be_chosen_between_steps() -> None:
    """1e-3 from 1.0 is lost to the nearest; with compensation it arrives, from the step at which it was asked for."""
    parameter = torch.nn.Parameter(torch.ones(8, dtype=torch.bfloat16))
    optimizer = ravine.optim.SGD([parameter], lr=1e-3)
    for step in range(40):
        if step == 20:
            assert (parameter == 1).all()
            optimizer.param_groups[0]["rounding"] = "kahan"
        parameter.grad = torch.ones_like(parameter)
        optimizer.step()
    torch.testing.assert_close(parameter.detach().float(), torch.full((8,), 0.98), rtol=0, atol=0.004)


def test_infinities_and_nan_survive_every_rounding() -> None:
    for rounding in (None, "stochastic", "kahan"):
        for dtype in LOW:
            values = torch.tensor([float("inf"), float("-inf"), float("nan"), 0.0], dtype=dtype)
            param = torch.nn.Parameter(values.clone())
            param.grad = torch.tensor([1.0, 1.0, 1.0, float("nan")], dtype=dtype)
            ravine.optim.SGD([param], lr=0.1, rounding=rounding).step()
            assert param.detach()[:2].tolist() == [float("inf"), float("-inf")]
            assert param.detach()[2:].isnan().all()


def test_rounding_leaves_wide_parameters_alone() -> None:
    ends = []
    for rounding in (None, "stochastic", "kahan"):
        param = torch.nn.Parameter(torch.ones(3))
        param.grad = torch.tensor([0.1, 0.2, 0.3])
        optimizer = ravine.optim.Adam([param], rounding=rounding)
        optimizer.step()
        assert "compensation" not in optimizer.state[param]
        ends.append(param.detach().clone())
    assert torch.equal(ends[0], ends[1])
    assert torch.equal(ends[0], ends[2])


def test_a_bfloat16_model_learns_what_a_float32_model_learns() -> None:
    losses = {}
    for dtype, rounding in ((torch.float32, None), (torch.bfloat16, "kahan"), (torch.bfloat16, None)):
        param = torch.nn.Parameter(torch.linspace(-2, 2, 64).to(dtype))
        optimizer = ravine.optim.Adam([param], lr=2e-3, rounding=rounding)
        for _ in range(3000):
            param.grad = param.detach() - 0.5
            optimizer.step()
        losses[dtype, rounding] = float((param.detach().float() - 0.5).square().mean())
    assert losses[torch.bfloat16, "kahan"] < 1e-3
    assert losses[torch.bfloat16, None] > losses[torch.bfloat16, "kahan"]
