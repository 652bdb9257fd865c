"""A rate per model: stacked models with settings of their own train as each would alone."""

from typing import Any

import pytest
import torch
from training import assert_same, parameters, set_gradients

import ravine.optim

K = 3
VECTORS: dict[str, dict[str, Any]] = {
    "SGD": {"lr": [0.01, 0.1, 0.5], "momentum": [0.0, 0.5, 0.9], "weight_decay": [0.0, 0.1, 0.2]},
    "Adagrad": {"lr": [0.01, 0.1, 0.5], "eps": [1e-8, 1e-3, 0.1]},
    "RMSprop": {"lr": [0.01, 0.1, 0.5], "alpha": [0.9, 0.99, 0.5]},
    "Adadelta": {"lr": [0.5, 1.0, 2.0], "rho": [0.9, 0.99, 0.5]},
    "Adam": {"lr": [0.01, 0.1, 0.5], "beta1": [0.9, 0.5, 0.0], "beta2": [0.99, 0.9, 0.5]},
    "AdamW": {"lr": [0.01, 0.1, 0.5], "weight_decay": [0.0, 0.1, 0.2]},
    "Adamax": {"lr": [0.01, 0.1, 0.5], "eps": [1e-8, 1e-3, 0.1]},
    "NAdam": {"lr": [0.01, 0.1, 0.5], "beta1": [0.9, 0.5, 0.0], "beta2": [0.99, 0.9, 0.5]},
    "RAdam": {"lr": [0.01, 0.1, 0.5], "eps": [1e-8, 1e-3, 0.1]},
    "Lion": {"lr": [0.01, 0.1, 0.5]},
    "Signum": {"lr": [0.01, 0.1, 0.5], "momentum": [0.9, 0.5, 0.0]},
    "Yogi": {"lr": [0.01, 0.1, 0.5], "eps": [1e-8, 1e-3, 0.1]},
    "AdaBelief": {"lr": [0.01, 0.1, 0.5], "beta1": [0.9, 0.5, 0.1], "beta2": [0.99, 0.9, 0.5]},
    "LaProp": {"lr": [0.01, 0.1, 0.5], "beta1": [0.9, 0.5, 0.0], "beta2": [0.99, 0.9, 0.5]},
    "Adan": {"lr": [0.01, 0.1, 0.5], "beta1": [0.98, 0.5, 0.0], "beta2": [0.92, 0.9, 0.5], "beta3": [0.99, 0.9, 0.5]},
    "ADOPT": {"lr": [0.01, 0.1, 0.5], "clip_exp": [0.25, 0.33, 0.1]},
    "AdEMAMix": {"lr": [0.01, 0.1, 0.5], "alpha": [2.0, 5.0, 0.0], "alpha_warmup": [0.0, 5.0, 100.0]},
}


def options(vectors: dict[str, Any], choose: Any) -> dict[str, Any]:
    chosen = {name: choose(values) for name, values in vectors.items()}
    if "beta1" in chosen:
        chosen["betas"] = tuple(chosen.pop(name) for name in ("beta1", "beta2", "beta3") if name in chosen)
    return chosen


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("shape", [(K, 4, 5), (K,), (K, 2)])
def test_each_slot_equals_its_solo_run(name: str, shape: tuple[int, ...]) -> None:
    build = getattr(ravine.optim, name)
    stacked = parameters([shape])
    together = build(stacked, **options(VECTORS[name], lambda values: torch.tensor(values, dtype=torch.float64)))
    solos = [torch.nn.Parameter(stacked[0].detach()[slot].clone()) for slot in range(K)]
    alone = [
        build([solo], **options(VECTORS[name], lambda values, slot=slot: values[slot]))
        for slot, solo in enumerate(solos)
    ]
    for step in range(8):
        set_gradients(stacked, step)
        for slot, solo in enumerate(solos):
            solo.grad = stacked[0].grad[slot].clone()
        together.step()
        for optimizer in alone:
            optimizer.step()
        # A product of momenta is float32 whether one or many.
        assert_same(list(stacked[0].detach()), [solo.detach() for solo in solos], 1e-6, 1e-9)


def test_transposed_stacks() -> None:
    values = parameters([(4, K)])[0].detach().t()
    assert not values.is_contiguous()
    param = torch.nn.Parameter(values)
    param.grad = torch.ones_like(param)
    expected = param.detach() - torch.tensor([[0.1], [0.2], [0.3]])
    ravine.optim.SGD([param], lr=torch.tensor([0.1, 0.2, 0.3])).step()
    torch.testing.assert_close(param.detach(), expected, rtol=1e-6, atol=1e-7)


def test_trailing_ones_are_allowed() -> None:
    param = torch.nn.Parameter(torch.zeros(2, 3))
    param.grad = torch.ones(2, 3)
    ravine.optim.SGD([param], lr=torch.tensor([0.5, 0.25]).reshape(2, 1)).step()
    assert param.detach().tolist() == [[-0.5] * 3, [-0.25] * 3]


def test_a_rate_that_fits_no_leading_axis_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Tensor lr must be 1-element.*it has 2, and a parameter has shape \(3, 4\)"):
        ravine.optim.Adam(parameters([(3, 4)]), lr=torch.tensor([0.1, 0.2]))


def test_settings_for_different_numbers_of_models_are_refused() -> None:
    optimizer = ravine.optim.Adam(parameters([(3, 4)]), lr=torch.tensor([0.1, 0.2, 0.3]))
    for step in range(2):
        set_gradients(optimizer.param_groups[0]["params"], step)
        optimizer.step()
    optimizer.param_groups[0]["eps"] = torch.tensor([0.1, 0.2])
    before = optimizer.param_groups[0]["params"][0].detach().clone()
    with pytest.raises(ValueError, match="different numbers of models: 2, 3"):
        optimizer.step()
    assert torch.equal(optimizer.param_groups[0]["params"][0], before)


def test_a_rate_that_stops_fitting_is_refused_at_the_step() -> None:
    optimizer = ravine.optim.Adam(parameters([(3, 4)]))
    optimizer.param_groups[0]["lr"] = torch.tensor([0.1, 0.2])
    set_gradients(optimizer.param_groups[0]["params"], 0)
    before = optimizer.param_groups[0]["params"][0].detach().clone()
    with pytest.raises(ValueError, match="leading axis"):
        optimizer.step()
    assert torch.equal(optimizer.param_groups[0]["params"][0], before)
