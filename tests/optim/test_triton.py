"""The CUDA kernels in Triton's interpreter, on the processor: their arithmetic, and the batch that launches them.

What a device alone can show (speed, capture in a CUDA graph) is not tested here.
"""

import os
from typing import Any

import pytest

pytest.importorskip("triton")
os.environ["TRITON_INTERPRET"] = "1"

import torch
from training import assert_same, parameters, train

import ravine.optim
from ravine.equations import floor, over_tensors
from ravine.optim import cuda, plan
from ravine.rules import rule, rules

# Of bfloat16 the interpreter cuts the last bits off, where a device rounds: up to a unit in the last place a step.
TOLERANCE = {torch.float32: 1e-5, torch.float16: 2e-3, torch.bfloat16: 3 * 2**-7}


@rule(title="Stairs", source="A test, 2026")
def stairs(g, *, lr=0.01):
    return lr * floor(4 * g) / 4


@pytest.fixture(autouse=True)
def interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "batch_for", cuda.Batch)


@pytest.mark.parametrize("name", [name for name, known in rules.items() if not over_tensors(known.equation)])
def test_every_rule_equals_the_processors(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build = ravine.optim.from_rule(rules[name])
    found = train(build(parameters([(5,), (3000,), (), (0,)])), steps=4)
    monkeypatch.undo()
    wanted = train(build(parameters([(5,), (3000,), (), (0,)])), steps=4)
    assert_same(found, wanted, 1e-6 if "mu_product" in rules[name].state else 1e-10, 1e-12)


def test_whole_parts_are_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    build = ravine.optim.from_rule(stairs)
    found = train(build(parameters([(70,)])), steps=3)
    monkeypatch.undo()
    assert_same(found, train(build(parameters([(70,)])), steps=3), 1e-12, 1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16], ids=str)
def test_formats(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    found = train(ravine.optim.AdamW(parameters([(70,)], dtype)), steps=3)
    monkeypatch.undo()
    wanted = train(ravine.optim.AdamW(parameters([(70,)], dtype)), steps=3)
    assert_same(found, wanted, TOLERANCE[dtype], 1e-4)


def test_stacked_settings_and_several_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends() -> list[torch.Tensor]:
        rates = torch.tensor([0.1, 0.2], dtype=torch.float64)
        groups = [{"params": parameters([(2, 3)]), "lr": rates}, {"params": parameters([(4,)], seed=3), "lr": 0.3}]
        return train(ravine.optim.NAdam(groups), steps=3)

    found = ends()
    monkeypatch.undo()
    assert_same(found, ends(), 1e-6, 1e-9)


class Launches(list[tuple[Any, ...]]):
    """In place of a kernel: the arguments that it was launched with."""

    def __getitem__(self, grid: Any) -> Any:
        return lambda *arguments, **_: self.append(arguments)


def test_vectors_are_promised_only_where_every_tensor_is_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    launches = Launches()
    monkeypatch.setattr(cuda.triton, "compile_kernel", lambda *_: cuda.triton.Kernel(8, Launches(), launches))
    memory = torch.zeros(64)
    param = torch.nn.Parameter(memory[16:24])
    optimizer = ravine.optim.Adam([param])
    for gradient, place in ((memory[:8], 16), (memory[1:9], 16), (memory[:8], 16), (memory[:8], 17)):
        param.grad, param.data = gradient, memory[place : place + 8]
        optimizer.step()
    assert [arguments[-1] for arguments in list(launches)] == [True, False, True, False]


def test_kahan_arrives() -> None:
    param = torch.nn.Parameter(torch.ones(8, dtype=torch.float16))
    optimizer = ravine.optim.SGD([param], lr=1e-3, rounding="kahan")
    for _ in range(100):
        param.grad = torch.full((8,), -0.1, dtype=torch.float16)
        optimizer.step()
    assert (param.detach().float() - 1.01).abs().max() < 1e-3


def test_stochastic_rounding_arrives_on_average() -> None:
    torch.manual_seed(0)
    param = torch.nn.Parameter(torch.ones(256, dtype=torch.bfloat16))
    optimizer = ravine.optim.SGD([param], lr=1e-3, rounding="stochastic")
    param.grad = torch.full((256,), -1.0, dtype=torch.bfloat16)
    for _ in range(200):
        optimizer.step()
    ends = param.detach().float()
    # One walk has a standard deviation of about sqrt(200 · 1e-3 · 2**-7), the mean of 256 a sixteenth of it.
    assert abs(float(ends.mean()) - 1.2) < 0.01
    assert ends.std() > 0


# Without 0.0 in bfloat16, whose neighbours the interpreter does not widen rightly: they are subnormal.
@pytest.mark.parametrize(
    ("dtype", "start"),
    [
        *((torch.float16, start) for start in (1.0, -1.0, 0.0, 3e-6, -3e-6, 2.0)),
        *((torch.bfloat16, start) for start in (1.0, -1.0, 3e-6, -3e-6, 2.0)),
    ],
    ids=str,
)
def test_stochastic_rounding_takes_a_neighbour_with_the_right_odds(dtype: torch.dtype, start: float) -> None:
    torch.manual_seed(1)
    param = torch.nn.Parameter(torch.full((20_000,), start, dtype=dtype))
    low = param.detach()[0].clone()
    up = torch.nextafter(low, torch.tensor(torch.inf, dtype=dtype))
    param.grad = torch.full((20_000,), -1.0, dtype=dtype)
    ravine.optim.SGD([param], lr=float(up.double() - low.double()) / 4, rounding="stochastic").step()
    assert set(param.detach().tolist()) == {float(low), float(up)}
    assert abs((param.detach() == up).double().mean().item() - 0.25) < 0.02


def test_infinities_and_nan_survive_stochastic_rounding() -> None:
    values = [float("inf"), float("-inf"), float("nan"), 0.0]
    for dtype in (torch.float16, torch.bfloat16):
        param = torch.nn.Parameter(torch.tensor(values, dtype=dtype))
        param.grad = torch.tensor([1.0, 1.0, 1.0, float("nan")], dtype=dtype)
        ravine.optim.SGD([param], lr=0.1, rounding="stochastic").step()
        assert param.detach()[:2].tolist() == values[:2]
        assert param.detach()[2:].isnan().all()
