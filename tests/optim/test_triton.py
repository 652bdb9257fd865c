"""The CUDA kernels in Triton's interpreter, on the processor: their arithmetic, and the batch that launches them.

What a device alone can show (speed, capture in a CUDA graph) is not tested here.
"""

import os

import pytest

pytest.importorskip("triton")
os.environ["TRITON_INTERPRET"] = "1"

import torch
from training import assert_same, parameters, train

import ravine.optim
from ravine.optim import cuda, plan
from ravine.rules import rules

TAKES = [name for name, known in rules.items() if known.equation.gradient_at is None]


@pytest.fixture(autouse=True)
def interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "batch_for", cuda.Batch)


@pytest.mark.parametrize("name", TAKES)
def test_every_rule_equals_the_processors(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build = ravine.optim.from_rule(rules[name])
    found = train(build(parameters([(5,), (3000,), (), (0,)])), steps=4)
    monkeypatch.undo()
    wanted = train(build(parameters([(5,), (3000,), (), (0,)])), steps=4)
    assert_same(found, wanted, 1e-6 if "mu_product" in rules[name].state else 1e-10, 1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16], ids=str)
def test_formats(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    found = train(ravine.optim.AdamW(parameters([(70,)], dtype)), steps=3)
    monkeypatch.undo()
    wanted = train(ravine.optim.AdamW(parameters([(70,)], dtype)), steps=3)
    assert_same(found, wanted, 2e-3 if dtype == torch.float16 else 1e-5, 1e-4)


def test_stacked_settings_and_several_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends() -> list[torch.Tensor]:
        rates = torch.tensor([0.1, 0.2], dtype=torch.float64)
        groups = [{"params": parameters([(2, 3)]), "lr": rates}, {"params": parameters([(4,)], seed=3), "lr": 0.3}]
        return train(ravine.optim.NAdam(groups), steps=3)

    found = ends()
    monkeypatch.undo()
    assert_same(found, ends(), 1e-6, 1e-9)


def test_kahan_arrives() -> None:
    param = torch.nn.Parameter(torch.ones(8, dtype=torch.float16))
    optimizer = ravine.optim.SGD([param], lr=1e-3, rounding="kahan")
    for _ in range(100):
        param.grad = torch.full((8,), -0.1, dtype=torch.float16)
        optimizer.step()
    assert (param.detach().float() - 1.01).abs().max() < 1e-3


def test_stochastic_rounding_is_refused() -> None:
    param = torch.nn.Parameter(torch.ones(8, dtype=torch.float16))
    param.grad = torch.ones(8, dtype=torch.float16)
    with pytest.raises(RuntimeError, match="'stochastic' has no CUDA kernel"):
        ravine.optim.SGD([param], rounding="stochastic").step()
