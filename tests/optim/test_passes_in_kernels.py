"""Rules of whole tensors in machine code: what PyTorch's own operations make of them, and always in one order."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from training import assert_same, parameters, set_gradients, train

import ravine
import ravine.optim
from ravine.backends import llvm, llvm_find
from ravine.equations import columns, maximum, mean, norm, rows
from ravine.optim import elementwise, from_rule, plan, processor

SHAPES = [(70_001,), (64, 65), (2, 3, 4, 5), (63,), (1,), (), (0, 3)]  # more and less than a strip, a block, a thread
MATRICES = [(70, 61), (3, 5), (5, 2, 3)]


def everything(g, theta, m=0.0, shown=0.0, *, lr=0.1, beta=0.9):
    m = beta * m + (1 - beta) * g
    u = m / maximum(norm(m), 1e-8) + mean(g) * theta  # two passes before the step: u is of norms, and has norms itself
    scale = max(u) - mean(u) + sum(theta * g) / (1 + norm(theta)) ** 2
    shown = 0.5 * shown + norm(u)  # one number of a tensor
    return lr * (u * scale + m * rows(theta) / (columns(theta) + 1e5)), m, shown


EVERYTHING = from_rule(ravine.rule(title="Everything", source="A test, 2026")(everything))
CLASSES = [ravine.optim.Lamb, ravine.optim.Lars, ravine.optim.StableAdamW, EVERYTHING]
Build = Callable[..., torch.optim.Optimizer]


def in_groups(params: list[torch.Tensor]) -> list[dict[str, Any]]:
    return [{"params": params[::2], "lr": 0.02}, {"params": params[1::2], "weight_decay": 0.0}]


def states(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [value for state in optimizer.state.values() for value in state.values()]


@pytest.fixture
def no_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("no kernel took this step")

    monkeypatch.setattr(elementwise, "job", refuse)


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Any]:
    """What a function makes where no kernel takes a parameter."""

    def without(run: Callable[[], Any]) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(plan.processor, "takes", lambda _: False)
            return run()

    return without


@pytest.mark.parametrize("build", [*CLASSES, ravine.optim.Muon])
def test_the_step_is_that_of_operations(build: Build, operations: Callable[[Callable[[], Any]], Any]) -> None:
    shapes = MATRICES if build is ravine.optim.Muon else SHAPES

    def run() -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        params = parameters(shapes)
        grouped = build(
            in_groups(params)
            if build is not EVERYTHING
            else [{"params": params[::2]}, {"params": params[1::2], "lr": 0.01}]
        )
        for step in range(6):
            set_gradients(params, step)
            grouped.step()
        return [param.detach() for param in params], states(grouped)

    for found, expected in zip(run(), operations(run), strict=True):
        assert_same(found, expected, 1e-12, 1e-13)


@pytest.mark.usefixtures("no_operations")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("build", [*CLASSES, ravine.optim.Muon])
def test_every_format_has_a_kernel(build: Build, dtype: torch.dtype) -> None:
    found = train(build(parameters(MATRICES, dtype), lr=0.01), 2)
    assert all(one.dtype == dtype and torch.isfinite(one).all() for one in found)


@pytest.mark.parametrize("build", CLASSES)
def test_the_number_of_threads_changes_no_bit(build: Build) -> None:
    def run(threads: int) -> list[torch.Tensor]:
        torch.set_num_threads(threads)
        return train(build(parameters([(200_003,), (5, 3)], torch.float32), lr=0.01), 3)

    expected = run(1)
    for threads in (2, 3):
        assert_same(run(threads), expected, 0, 0)


@pytest.mark.usefixtures("no_operations")
def test_the_largest_is_nan_if_one_is() -> None:
    def by_largest(g, theta, *, lr=0.1):
        return lr * g + 0 * max(g)

    made = from_rule(ravine.rule(title="Largest", source="A test, 2026")(by_largest))
    for place in (0, 63, 64, 4096, 9999):
        param = torch.zeros(10_000, requires_grad=True)
        param.grad = torch.full_like(param, -1.0)
        param.grad[place] = torch.nan
        made([param]).step()
        assert param.isnan().all()


@pytest.mark.usefixtures("no_operations")
@pytest.mark.parametrize("build", [*CLASSES, ravine.optim.Muon])
def test_the_order_of_memory_changes_nothing_but_the_last_digit(build: Build) -> None:
    """channels_last, and a gradient that lies otherwise than its parameter."""
    plain = parameters([(6, 5, 4, 3)])
    laid = [plain[0].detach().clone(memory_format=torch.channels_last).requires_grad_()]
    optimizers = build(plain, lr=0.01), build(laid, lr=0.01)
    for step in range(3):
        set_gradients(plain, step)
        assert plain[0].grad is not None
        laid[0].grad = plain[0].grad.clone(memory_format=torch.channels_last if step % 2 else torch.contiguous_format)
        for optimizer in optimizers:
            optimizer.step()
    assert_same([laid[0].detach().contiguous()], [plain[0].detach()], 1e-12, 1e-13)


def test_a_kernel_is_only_for_formats_that_the_processor_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "supports", lambda format: format != "float16")
    (found,) = train(ravine.optim.Lamb(parameters([(3, 4)], torch.float16), lr=0.01), 2)
    assert torch.isfinite(found).all()


@pytest.mark.usefixtures("no_operations")
def test_asking_for_memory_ahead_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(ahead: bool) -> list[torch.Tensor]:
        for writer in (llvm, llvm_find):
            monkeypatch.setattr(writer, "asks_ahead", lambda: ahead)
        fresh = from_rule(ravine.rule(title="Everything", source="A test, 2026")(everything))  # compiled anew
        return train(fresh(parameters([(90, 91), (5,)]), lr=0.01), 3)

    assert_same(run(True), run(False), 0, 0)
