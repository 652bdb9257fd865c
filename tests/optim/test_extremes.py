"""Gradients at the ends of the formats: where PyTorch's numbers stay finite, so do these, and they are the same."""

from typing import Any

import pytest
import torch

import ravine.optim

FORMS: dict[str, list[dict[str, Any]]] = {
    "SGD": [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.9, "dampening": 0.5}],
    "Adagrad": [{}],
    "RMSprop": [{}, {"centered": True}, {"momentum": 0.9}, {"centered": True, "momentum": 0.9}],
    "Adadelta": [{}],
    "Adam": [{}, {"amsgrad": True}],
    "AdamW": [{}, {"amsgrad": True}],
    "Adamax": [{}],
    "NAdam": [{}, {"decoupled_weight_decay": True}],
    "RAdam": [{}, {"decoupled_weight_decay": True}],
}
# Float32's squares leave the format above 1.8e19 and below 1e-23, and numbers below 1.2e-38 lose digits.
SIZES = [
    "0",
    "1e-45",
    "1e-40",
    "1e-38",
    "1e-30",
    "1e-23",
    "1e-19",
    "1e17",
    "2e19",
    "1e30",
    "1e38",
    "3e38",
    "inf",
    "nan",
]
DOUBLE_SIZES = ["5e-324", "1e-310", "1e-300", "1e-162", "1e-150", "1e155", "1e300"]
DTYPES = [(torch.float32, SIZES, 1e-5), (torch.bfloat16, SIZES, 2**-6), (torch.float64, SIZES + DOUBLE_SIZES, 1e-6)]


def steps(space: Any, name: str, options: dict[str, Any], gradients: list[torch.Tensor]) -> list[torch.Tensor]:
    """Each parameter after each of three steps, the second against the others."""
    params = [torch.nn.Parameter(torch.tensor([1.0, -2.0, 3.0, 0.5], dtype=g.dtype)) for g in gradients]
    optimizer = getattr(space, name)(params, **options, foreach=False)
    found = []
    for factor in (1, -0.5, 1):
        for param, gradient in zip(params, gradients, strict=True):
            param.grad = gradient * factor
        optimizer.step()
        found.append([param.detach().clone() for param in params])
    return [torch.stack(moments) for moments in zip(*found, strict=True)]


def comparable(name: str, size: str) -> bool:
    """Adam corrects before the root, as its paper, and PyTorch after it: between 6e17 and 1.8e19 they part."""
    return name not in ("Adam", "AdamW") or size not in ("2e19", "1e155")


@pytest.mark.parametrize(
    ("name", "options"), [(name, form) for name, forms in FORMS.items() for form in forms], ids=str
)
def test_extreme_gradients_take_torchs_steps(name: str, options: dict[str, Any]) -> None:
    for dtype, every, tolerance in DTYPES:
        sizes = [size for size in every if comparable(name, size)]
        around = torch.tensor([1.0, -1.0, 1 / 3, 0.7], dtype=torch.float64)
        gradients = [around.mul(float(size)).to(dtype) for size in sizes]
        theirs, ours = (steps(space, name, options, gradients) for space in (torch.optim, ravine.optim))
        for size, found, wanted in zip(sizes, ours, theirs, strict=True):
            assert torch.allclose(found, wanted, rtol=tolerance, atol=tolerance, equal_nan=True), (
                dtype,
                size,
                found,
                wanted,
            )
