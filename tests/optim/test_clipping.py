"""Clipping and unscaling while the step reads the gradients: equal to torch's, which do so before it."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from test_forms import CLASSES
from training import assert_same, parameters, set_gradients

import ravine.optim
from ravine.optim import RuleOptimizer

SHAPES = [(4, 5), (), (33,)]
LARGE = {"Lion": 1e-4}


def peer(made: type[RuleOptimizer], params: list[Any], **options: Any) -> torch.optim.Optimizer:
    """PyTorch's, or ours without the option where PyTorch has none, or (Muon) none for vectors."""
    if made is ravine.optim.Muon:
        return made(params, **options)
    return getattr(torch.optim, made.__name__, made)(params, **options)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
def test_clipping_is_torchs(made: type[RuleOptimizer], dtype: torch.dtype) -> None:
    ours, theirs = parameters(SHAPES, dtype), parameters(SHAPES, dtype)
    clipped, plain = made(ours, max_grad_norm=4.0), peer(made, theirs)
    below = 0
    for step in range(10):
        set_gradients(ours, step)
        for param, twin in zip(ours, theirs, strict=True):
            param.grad *= 10.0 ** (step % 3 - 2)  # above the bound and below it
            twin.grad = param.grad.clone()
        kept = [param.grad.clone() for param in ours]
        clipped.step()
        norm = torch.nn.utils.clip_grad_norm_(theirs, 4.0)
        plain.step()
        assert torch.equal(clipped.grad_norm, norm)
        assert all(torch.equal(param.grad, before) for param, before in zip(ours, kept, strict=True))
        below += bool(norm < 4.0)
        tolerance = 1e-12 if dtype == torch.float64 and made is not ravine.optim.NAdam else 1e-5
        assert_same([p.detach() for p in ours], [p.detach() for p in theirs], tolerance, tolerance)
    assert 0 < below < 10


@pytest.mark.parametrize(
    ("name", "bound"),
    [*((name, bound) for name in ("SGD", "Adam", "AdamW", "Adagrad") for bound in (None, 1.0)), ("RMSprop", 1.0)],
)
def test_a_loss_scaler_is_undone_in_the_step(name: str, bound: float | None) -> None:
    """The scaler that torch's fused optimizers undo themselves; where a gradient overflows, neither takes a step."""
    options: dict[str, Any] = {} if name == "RMSprop" else {"fused": True}
    ours, theirs = parameters(SHAPES, torch.float32), parameters(SHAPES, torch.float32)
    scaled = getattr(ravine.optim, name)(ours, max_grad_norm=bound, **options)
    plain = getattr(torch.optim, name)(theirs)
    scalers = [torch.amp.GradScaler("cpu", init_scale=2.0**10, growth_interval=3) for _ in range(2)]
    for step in range(8):
        for params, optimizer, scaler in zip((ours, theirs), (scaled, plain), scalers, strict=True):
            set_gradients(params, step)
            if step == 4:
                params[0].grad[0, 0] = torch.inf
            for param in params:
                param.grad *= scaler.scale(torch.ones(()))
            if optimizer is plain and bound is not None:
                scaler.unscale_(optimizer)
                torch.nn.utils.clip_grad_norm_(params, bound)
            scaler.step(optimizer)
            scaler.update()
        assert scalers[0].get_scale() == scalers[1].get_scale()
        assert_same([p.detach() for p in ours], [p.detach() for p in theirs], 1e-5, 1e-6)


def test_models_in_a_stack_are_clipped_apart() -> None:
    rates = torch.tensor([0.1, 0.2, 0.3])
    together = parameters([(3, 4), (3,)], torch.float32)
    alone = [[torch.nn.Parameter(param.detach()[slot].clone()) for param in together] for slot in range(3)]
    stacked = ravine.optim.SGD(together, lr=rates, momentum=0.9, max_grad_norm=0.5)
    solos = [torch.optim.SGD(params, lr=float(rate), momentum=0.9) for params, rate in zip(alone, rates, strict=True)]
    for step in range(5):
        set_gradients(together, step)
        stacked.step()
        for slot, (params, solo) in enumerate(zip(alone, solos, strict=True)):
            for param, whole in zip(params, together, strict=True):
                param.grad = whole.grad[slot].clone()
            torch.nn.utils.clip_grad_norm_(params, 0.5)
            solo.step()
    for slot, params in enumerate(alone):
        assert_same([param.detach()[slot] for param in together], [param.detach() for param in params], 1e-5, 1e-6)


def test_sparse_gradients_are_part_of_the_norm() -> None:
    def embedding() -> torch.nn.Embedding:
        torch.manual_seed(0)
        return torch.nn.Embedding(50, 4, sparse=True)

    ours, theirs = embedding(), embedding()
    clipped = ravine.optim.SGD(ours.parameters(), lr=0.1, max_grad_norm=0.1)
    rows = torch.tensor([3, 7, 7])
    ours(rows).pow(2).sum().backward()
    clipped.step()
    theirs.sparse = False
    theirs(rows).pow(2).sum().backward()
    torch.nn.utils.clip_grad_norm_(theirs.parameters(), 0.1)
    torch.optim.SGD(theirs.parameters(), lr=0.1).step()
    assert_same([ours.weight.detach()], [theirs.weight.detach()], 1e-6, 1e-7)


def test_groups_have_bounds_of_their_own_for_one_norm() -> None:
    params = parameters([(4,), (4,)])
    optimizer = ravine.optim.SGD([{"params": params[:1]}, {"params": params[1:], "max_grad_norm": 0.1}], lr=1.0)
    set_gradients(params, 0)
    before, gradients = [p.detach().clone() for p in params], [p.grad.clone() for p in params]
    optimizer.step()
    norm = torch.cat(gradients).norm()
    torch.testing.assert_close(params[0].detach(), before[0] - gradients[0])
    torch.testing.assert_close(params[1].detach(), before[1] - gradients[1] * 0.1 / (norm + 1e-6))


@pytest.mark.parametrize("build", [lambda p: ravine.optim.Adam(p, max_grad_norm=-1.0)])
def test_a_negative_bound_is_refused(build: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="Invalid max_grad_norm value"):
        build(parameters([(2,)]))
