"""Optimizers whose rules take norms of a tensor: against other libraries, on every kind of tensor, whole or refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import pytorch_optimizer
import torch
from training import assert_same, parameters, set_gradients, train

import ravine
import ravine.optim
from ravine.equations import maximum, norm
from ravine.optim import from_rule

SHAPES = [(3, 4), (5,), ()]
CLASSES = [ravine.optim.Lamb, ravine.optim.Lars, ravine.optim.StableAdamW]


def own(g, theta, m=0.0, *, lr=0.1, beta=0.9):
    m = beta * m + (1 - beta) * g
    return lr * m * norm(theta) / maximum(norm(m), 1e-8), m


OWN = from_rule(ravine.rule(title="Own", source="A test, 2026")(own))

# The class → our options, and the package's optimizer of the same arithmetic; LARS leaves vectors to momentum there.
PEERS: dict[str, tuple[list[Any], dict[str, Any], Callable[..., torch.optim.Optimizer]]] = {
    "Lars": (
        [(3, 4), (2, 3, 2)],
        {"weight_decay": 0.1, "trust_coefficient": 0.02},
        lambda p, **o: pytorch_optimizer.LARS(p, weight_decay=0.1, trust_coefficient=0.02, **o),
    ),
    "StableAdamW": (
        SHAPES,
        {"weight_decay": 0.1},
        lambda p, **o: pytorch_optimizer.StableAdamW(p, weight_decay=0.1, **o),
    ),
}


@pytest.mark.parametrize("name", PEERS)
def test_the_step_is_the_packages(name: str) -> None:
    shapes, ours, peer = PEERS[name]
    found = train(getattr(ravine.optim, name)(parameters(shapes), lr=0.01, **ours), 200)
    assert_same(found, train(peer(parameters(shapes), lr=0.01), 200), 1e-10, 1e-12)


@pytest.mark.parametrize("build", [*CLASSES, OWN])
def test_models_in_a_stack_go_as_each_alone(build: Any) -> None:
    rates = torch.tensor([0.1, 0.01, 0.001])
    whole = torch.randn(3, 2, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    alone = [build([whole[i].clone().requires_grad_()], lr=float(rate)) for i, rate in enumerate(rates.tolist())]
    stacked = build([whole.clone().requires_grad_()], lr=rates.double())
    (together,) = stacked.param_groups[0]["params"]
    for step in range(10):
        set_gradients([together], step)
        stacked.step()
        for i, optimizer in enumerate(alone):
            (single,) = optimizer.param_groups[0]["params"]
            single.grad = together.grad[i]
            optimizer.step()
            torch.testing.assert_close(together[i], single, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("build", [*CLASSES, OWN])
def test_resuming_goes_on_to_the_bit_and_by_name(build: Any) -> None:
    named = lambda params: [(f"layer{i}", p) for i, p in enumerate(params)]  # noqa: E731
    expected = train(build(named(parameters(SHAPES)), lr=0.01), 9)
    half = build(named(parameters(SHAPES)), lr=0.01)
    train(half, 4)
    stopped = [p for group in half.param_groups for p in group["params"]]
    resumed = build(named(stopped), lr=0.5)
    resumed.load_state_dict(copy.deepcopy(half.state_dict()))
    assert_same(train(resumed, 5, first=4), expected, 0, 0)


@pytest.mark.parametrize("build", [*CLASSES, OWN])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.bfloat16, 0.05), (torch.float16, 0.01)])
def test_narrow_formats_sum_in_wide_ones(build: Any, dtype: torch.dtype, tolerance: float) -> None:
    found = train(build(parameters([(400, 5)], dtype), lr=0.01), 5)
    wide = [p.detach().to(dtype).double().requires_grad_() for p in parameters([(400, 5)], dtype)]
    assert found[0].dtype == dtype
    optimizer = build(wide, lr=0.01)
    for step in range(5):
        narrow = [p.detach().to(dtype).requires_grad_() for p in wide]
        set_gradients(narrow, step)
        wide[0].grad = narrow[0].grad.double()
        optimizer.step()
    assert_same([found[0].double()], [wide[0].detach()], tolerance, tolerance)


def test_the_norm_of_many_small_numbers_is_right_in_float16() -> None:
    """The squares of 1e-4 are nought in float16, and so many of them lose digits in float32."""
    parameter = torch.full((2**20,), 1e-4, dtype=torch.float16, requires_grad=True)
    parameter.grad = torch.full_like(parameter, 1e-4)
    before = parameter.detach().clone()
    ravine.optim.Lars([parameter], lr=0.5, momentum=0.0, trust_coefficient=1.0).step()
    torch.testing.assert_close(parameter.detach(), before * 0.5, rtol=1e-2, atol=1e-7)


@pytest.mark.parametrize("build", [*CLASSES, OWN])
def test_a_complex_tensor_is_its_pairs(build: Any) -> None:
    pairs = torch.randn(3, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    one, other = torch.view_as_complex(pairs.clone()).requires_grad_(), pairs.clone().requires_grad_()
    optimizers = build([one], lr=0.1), build([other], lr=0.1)
    for step in range(5):
        set_gradients([other], step)
        one.grad = torch.view_as_complex(other.grad)
        for optimizer in optimizers:
            optimizer.step()
    torch.testing.assert_close(torch.view_as_real(one.detach()), other.detach(), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("build", [*CLASSES, OWN])
def test_the_derivative_goes_through_the_norm(build: Any) -> None:
    """By the rate, against a difference quotient."""

    def end(rate: torch.Tensor) -> torch.Tensor:
        theta = torch.linspace(0.5, 2, 6, dtype=torch.float64).reshape(2, 3).requires_grad_().clone()
        optimizer = build([theta], lr=rate, differentiable=True)
        for step in range(3):
            theta.grad = torch.sin(theta + step)
            optimizer.step()
        return theta.pow(2).sum()

    rate = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
    end(rate).backward()
    h = 1e-6
    with torch.no_grad():
        quotient = (end(rate + h) - end(rate - h)) / (2 * h)
    torch.testing.assert_close(rate.grad, quotient, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("build", [*CLASSES, OWN])
def test_what_it_cannot_do_is_refused_in_a_line_and_changes_nothing(build: Any) -> None:
    for option in ("rounding", "capturable"):
        with pytest.raises((TypeError, ravine.RavineError), match=option):
            build(parameters([(2,)]), **{option: "kahan" if option == "rounding" else True})
    sparse = torch.ones(4, 2, requires_grad=True)
    optimizer = build([sparse])
    sparse.grad = torch.sparse_coo_tensor([[1]], torch.ones(1, 2), (4, 2))
    with pytest.raises(RuntimeError, match="does not support sparse gradients"):
        optimizer.step()
    flat = torch.ones(4, requires_grad=True)
    flat.grad, flat._fsdp_flattened = torch.ones(4), True  # type: ignore[attr-defined]  # as FSDP1 marks its pieces
    with pytest.raises(RuntimeError, match="takes norms of whole tensors, and FSDP1 holds pieces of them: use FSDP2"):
        build([flat]).step()
    assert torch.equal(sparse, torch.ones(4, 2))
    assert torch.equal(flat, torch.ones(4))


@pytest.mark.parametrize("build", CLASSES)
def test_an_empty_tensor_is_stepped_beside_others(build: Any) -> None:
    empty, full = parameters([(0, 3), (2, 2)])
    train(build([empty, full]), 3)
    assert torch.isfinite(full).all()
    with pytest.raises(ValueError, match=r"Invalid (learning rate|trust_coefficient value): -1"):
        build([full], **({"trust_coefficient": -1.0} if build is ravine.optim.Lars else {"lr": -1.0}))
