"""The optimizer cases that PyTorch's wheel ships, run on the optimizers here."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.testing._internal.common_optimizers import (
    OptimizerErrorEnum,
    _get_optim_inputs_including_global_cliquey_kwargs,
    optim_db,
)
from training import assert_same, parameters, train

import ravine.optim

# Adafactor, ASGD, LBFGS, Rprop and SparseAdam are not rules of this project.
INFOS = [info for info in optim_db if hasattr(ravine.optim, info.optim_cls.__name__)]

NOT_APPLICABLE = {
    "Tensor lr must be 1-element",  # several are what a stack of models wants; refused where they do not fit it
    # Muon gives vectors to AdamW, refuses complex matrices at the step, and has one Newton-Schulz: test_muon.py.
    "only support 2D parameters",
    "does not support complex parameters",
    "passing alternative ns_steps",
    "passing alternative ns_coefficients",
}
pytestmark = pytest.mark.usefixtures("in_full")  # which Muon alone notices


def inputs() -> Iterator[Any]:
    for info in INFOS:
        cases = _get_optim_inputs_including_global_cliquey_kwargs("cpu", torch.float64, info)
        for number, case in enumerate(cases):
            if case.desc not in NOT_APPLICABLE:
                yield pytest.param(info, case.kwargs, id=f"{info.name}-{number}-{case.desc}")


def errors() -> Iterator[Any]:
    for info in INFOS:
        for number, case in enumerate(info.optim_error_inputs_func("cpu", torch.float64)):
            if case.optimizer_error_input.desc not in NOT_APPLICABLE:
                yield pytest.param(info, case, id=f"{info.name}-{number}-{case.optimizer_error_input.desc}")


def test_all_of_our_optimizers_that_torch_has_are_covered() -> None:
    ours = {name for name in ravine.optim.__all__ if hasattr(torch.optim, name)}
    assert {info.name for info in INFOS} == ours


@pytest.mark.parametrize(("info", "kwargs"), list(inputs()))
def test_trajectory(info: Any, kwargs: dict[str, Any]) -> None:
    shapes = [(3, 4), (6, 2)] if info.name == "Muon" else [(3, 4), (4,), ()]  # PyTorch's takes matrices alone
    finals = []
    for namespace in (torch.optim, ravine.optim):
        params = parameters(shapes)
        if kwargs.get("differentiable"):  # with it, autograd refuses to change a leaf in place
            params = [param.detach() for param in params]
        finals.append(train(getattr(namespace, info.name)(params, **detached(kwargs)), steps=10))
    # Under differentiable, PyTorch raises the betas to the step in float32; its Muon multiplies a tensor's rate in its.
    rounded = kwargs.get("differentiable") or info.name == "NAdam"
    rounded = rounded or (info.name == "Muon" and isinstance(kwargs.get("lr"), torch.Tensor))
    tolerance = 1e-5 if rounded else 1e-9
    assert_same(finals[1], finals[0], tolerance, tolerance / 10)


def detached(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: value.clone() if isinstance(value, torch.Tensor) else value for name, value in kwargs.items()}


@pytest.mark.parametrize(("info", "case"), list(errors()))
def test_error(info: Any, case: Any) -> None:
    assert case.error_on == OptimizerErrorEnum.CONSTRUCTION_ERROR
    given = case.optimizer_error_input
    build = getattr(ravine.optim, info.name)
    with warnings.catch_warnings():
        if issubclass(case.error_type, Warning):
            with pytest.warns(case.error_type, match=case.error_regex):
                build(given.params, **given.kwargs)
        else:
            with pytest.raises(case.error_type, match=case.error_regex):
                build(given.params, **given.kwargs)


@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.name)
def test_learning_rate_schedulers(info: Any) -> None:
    for schedules in info.scheduler_inputs:
        trajectories = []
        for namespace in (torch.optim, ravine.optim):
            optimizer = getattr(namespace, info.name)(parameters([(3, 4)]), lr=0.01)
            schedulers = [schedule(optimizer) for schedule in schedules]
            values = []
            for step in range(12):
                values += train(optimizer, 1, first=step)
                for scheduler in schedulers:
                    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
                        scheduler.step(1.0)
                    else:
                        scheduler.step()
            trajectories.append(values)
        assert_same(trajectories[1], trajectories[0], 1e-6, 1e-7)


@pytest.mark.parametrize("info", [info for info in INFOS if info.supports_sparse], ids=lambda info: info.name)
def test_sparse_gradients(info: Any) -> None:
    for kwargs in ({}, {"lr": 0.1}, {"maximize": True}):
        finals = []
        for namespace in (torch.optim, ravine.optim):
            table = torch.nn.Embedding(10, 3, sparse=True, dtype=torch.float64)
            with torch.no_grad():
                table.weight.copy_(torch.arange(30.0).reshape(10, 3))
            optimizer = getattr(namespace, info.name)(table.parameters(), **kwargs)
            for step in range(5):
                optimizer.zero_grad()
                table(torch.tensor([step, 3, 3])).square().sum().backward()
                optimizer.step()
            finals.append(table.weight.detach())
        assert_same([finals[1]], [finals[0]], 1e-9, 1e-11)


@pytest.mark.parametrize("info", [info for info in INFOS if not info.supports_sparse], ids=lambda info: info.name)
def test_sparse_gradients_are_refused_before_anything_changes(info: Any) -> None:
    dense, table = parameters([(2,)])[0], torch.nn.Embedding(4, 2, sparse=True, dtype=torch.float64)
    optimizer = getattr(ravine.optim, info.name)([dense, table.weight])
    dense.grad = torch.ones(2, dtype=torch.float64)
    table(torch.tensor([1])).sum().backward()
    before = dense.detach().clone()
    with pytest.raises(RuntimeError, match="does not support sparse gradients"):
        optimizer.step()
    assert torch.equal(dense, before)
    assert not optimizer.state[dense] or not int(optimizer.state[dense]["step"])
