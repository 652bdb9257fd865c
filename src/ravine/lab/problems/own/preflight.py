"""Tries a user's network and loss on a batch of each split: what is wrong is said before anything is trained."""

import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.problems.own.fresh import fresh_network
from ravine.lab.problems.own.metric_check import fitting_metric, try_metric
from ravine.lab.problems.own.network_check import made
from ravine.lab.problems.own.users_code import ran
from ravine.lab.problems.parts.measures import Measured
from ravine.lab.problems.parts.objective import called, loss_of, scores_of
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.parts.tree import Tree, leaves, shapes
from ravine.lab.problems.problem import Problem

Loss = Callable[[Tensor, Tensor], Tensor]


def check_metric(problem: Problem) -> Measured:
    """The problem's metric; RavineError where outputs and targets do not suit it."""
    return tried(problem, made(problem.name, problem.model), problem.measure or str(problem.metric))


def tried(problem: Problem, module: nn.Module, metric: object, greater_is_better: bool = True) -> Measured:
    """The metric: as asked for, or what outputs and targets suggest. `module` is used up.

    Raises RavineError for what training would stumble over.
    """
    name, data = problem.name, problem.data()
    splits = {"": data.train, "validation: ": data.validation, "test: ": data.test}
    batches = {what: split.first(problem.batch_size) for what, split in splits.items()}
    first = batches[""]
    with torch.random.fork_rng(devices=()), autocast(problem):
        torch.manual_seed(0)
        outputs = None
        if problem.step is None or metric not in (None, "loss"):
            outputs = _outputs(f"{name}: ", module, first.inputs)
        chosen = fitting_metric(name, outputs, first.targets, data, metric, greater_is_better)
        if problem.step is not None:
            value = _stepped(problem, module, first)
        else:
            _check_shapes(name, problem.loss, scores_of(outputs), first.targets)
            value = _loss(f"{name}: ", problem.loss, outputs, first.targets)
        if not value.requires_grad:
            raise RavineError(
                f"{name}: the loss does not depend on the network's parameters; use its outputs undetached"
            )
        if not value.isfinite():
            raise RavineError(
                f"{name}: the loss is {value.item()} at step 0, before any training; look at the scale of the inputs, "
                "and for a logarithm, root or division of 0 in the network or the loss"
            )
        hint = _hint(module, first.given)
        ran(f"{name}: the gradient of the loss", lambda: torch.autograd.backward(value), hint)
        module.eval()
        with torch.no_grad():
            for what, batch in batches.items():
                if problem.step is not None:
                    _stepped(problem, module, batch, what)
                    continue
                seen = _outputs(f"{name}: {what}", module, batch.inputs)
                _loss(f"{name}: {what}", problem.loss, seen, batch.targets)
                if what and chosen.measure is not None:
                    try_metric(f"{name}: {what}", chosen, scores_of(seen), batch.targets)
    return chosen


def _stepped(problem: Problem, module: nn.Module, batch: Split, what: str = "") -> Tensor:
    name, step = f"{problem.name}: {what}step", problem.step
    assert step is not None
    value = ran(f"{name}(model, batch), given {shapes(batch.given)},", lambda: step(module, batch.given))
    if isinstance(value, tuple | list | dict):
        raise RavineError(
            f"{name} returned {len(value)} values, and must return one loss: add up what one optimizer is to lower. "
            "Two losses with an optimizer each, as of a GAN, are a game: neither says which optimizer is the better one"
        )
    if not isinstance(value, Tensor) or value.dim() != 0:
        raise RavineError(f"{name} must return one number for a batch, not {shapes(value)}; take the mean")
    return value


def _check_shapes(name: str, loss: Loss | None, outputs: Any, y: Any) -> None:
    """RavineError where a loss such as mse_loss would set every output against every target: (n, 1) against (n,).

    A loss that brings them to one shape by itself is the same, or fails, on outputs of the targets' shape.
    """
    if loss is None or not (isinstance(outputs, Tensor) and isinstance(y, Tensor)) or not outputs.dim():
        return
    if outputs.shape == y.shape or outputs.numel() != y.numel() or len(outputs) != len(y):
        return
    if not (outputs.is_floating_point() and y.is_floating_point()):
        return
    some, wanted = torch.rand(4, *outputs.shape[1:]), torch.rand(4, *y.shape[1:])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch's about these shapes
            apart = not torch.allclose(loss(some, wanted), loss(some.view_as(wanted), wanted))
    except Exception:  # it is the user's code, and wants these shapes as they are or says so itself
        return
    if apart:
        raise RavineError(
            f"{name}: outputs {tuple(outputs.shape)} and targets {tuple(y.shape)} differ in shape, and the loss sets "
            f"every output against every target; give the targets as {tuple(outputs.shape)}, or outputs like targets"
        )


def _outputs(what: str, module: nn.Module, x: Tree) -> Any:
    given = f"{what}the network, given inputs {shapes(x)},"
    return ran(given, lambda: called(module, x), _hint(module, x))


def _loss(what: str, loss: Loss | None, outputs: Any, y: Tree) -> Tensor:
    if loss is None:
        value = loss_of(None, outputs, y)
        if value is None:
            raise RavineError(
                f"{what}there is no loss: define loss, or step, or give the network labels to return .loss of"
            )
    else:
        given = f"outputs {shapes(scores_of(outputs), kinds=False)} and targets {shapes(y)}"
        value = ran(f"{what}the loss, given {given},", lambda: loss_of(loss, outputs, y))
    if not isinstance(value, Tensor) or value.dim() != 0:
        shape = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise RavineError(f"{what}the loss must be one number for a batch, not {shape}; take the mean")
    return value


def _hint(module: nn.Module, given: Tree) -> str:
    """For the commonest mistake: NumPy's numbers are of 64 bits, and a network's of 32."""
    kind = next(parameter.dtype for parameter in module.parameters() if parameter.requires_grad)
    for tensor in leaves(given):
        if tensor.is_floating_point() and tensor.dtype != kind:
            wanted = str(kind).removeprefix("torch.")
            return f"; the network is of {wanted}, so use {wanted} data, as in x.astype('{wanted}') or x.to({kind})"
    return ""


def check_arguments(problem: Problem, arguments: Mapping[str, Any]) -> None:
    """RavineError where the problem's model cannot be made with them, or such a network cannot be used."""
    if not arguments:
        return
    changed = problem.with_arguments(arguments)
    said = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    module = ran(f"{problem.name}: model({said})", lambda: fresh_network(changed.model, 0))
    if problem.step is None:
        _outputs(f"{problem.name}: model({said}): ", module, problem.data().train.first(problem.batch_size).inputs)


def autocast(problem: Problem) -> AbstractContextManager[object]:
    """What the problem's forward passes run under."""
    kind = problem.loop.autocast
    return nullcontext() if kind is None else torch.autocast("cpu", getattr(torch, kind))
