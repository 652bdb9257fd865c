"""With differentiable=True every option that is a number has its true derivative: against numeric ones, in float64."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

import ravine.optim

STEPS = 7  # RAdam adapts from its sixth on
NUMBERS: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
    "Adagrad": {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "eps": 0.1},
    "RMSprop": {"lr": 0.1, "alpha": 0.9, "eps": 0.1, "weight_decay": 0.1, "momentum": 0.5},
    "Adadelta": {"lr": 0.5, "rho": 0.9, "eps": 0.1, "weight_decay": 0.1},
    "Adam": {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.1, "weight_decay": 0.1},
    "AdamW": {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.1, "weight_decay": 0.1},
    "Adamax": {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1},
    "NAdam": {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.1, "weight_decay": 0.1, "momentum_decay": 0.004},
    "RAdam": {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.1, "weight_decay": 0.1},
    "Lion": {"lr": 0.1, "weight_decay": 0.1},
}


@pytest.fixture(autouse=True)
def doubles() -> Iterator[None]:
    """PyTorch keeps NAdam's product of momenta in the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


CASES = [(name, option) for name, options in NUMBERS.items() for option in options]


@pytest.mark.parametrize(("name", "option"), CASES)
def test_an_option_has_its_derivative(name: str, option: str) -> None:
    options = {key: value for key, value in NUMBERS[name].items() if key != option}

    def trained(number: torch.Tensor) -> torch.Tensor:
        values: dict[str, Any] = {**options, option: number}
        if "beta1" in NUMBERS[name]:
            betas = (values.pop("beta1"), values.pop("beta2"))
            tensors = any(isinstance(beta, torch.Tensor) for beta in betas)  # both or none, as PyTorch wants it
            values["betas"] = tuple(torch.as_tensor(b, dtype=torch.float64) for b in betas) if tensors else betas
        parameter = torch.tensor([1.0, -2.0], dtype=torch.float64).requires_grad_().clone()
        optimizer = getattr(ravine.optim, name)([parameter], differentiable=True, **values)
        for step in range(STEPS):
            parameter.grad = torch.tensor([1.0 + 0.1 * step, -0.5], dtype=torch.float64)
            optimizer.step()
        return parameter

    number = torch.tensor(NUMBERS[name][option], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(trained, (number,))
