"""PyTorch's schedulers on a rate for each model: every model is scheduled as it would be alone."""

import copy
import io
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler as schedulers
from torch.optim.swa_utils import SWALR
from training import assert_same, parameters, set_gradients

import ravine.optim

RATES = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
Build = Callable[[torch.optim.Optimizer, Any], Any]  # an optimizer, and the rate, of one model or of all

SCHEDULES: dict[str, Build] = {
    "LambdaLR": lambda optimizer, _: schedulers.LambdaLR(optimizer, lambda epoch: 0.9**epoch),
    "MultiplicativeLR": lambda optimizer, _: schedulers.MultiplicativeLR(optimizer, lambda _: 0.9),
    "StepLR": lambda optimizer, _: schedulers.StepLR(optimizer, 3, 0.5),
    "MultiStepLR": lambda optimizer, _: schedulers.MultiStepLR(optimizer, [2, 5], 0.5),
    "ConstantLR": lambda optimizer, _: schedulers.ConstantLR(optimizer, 0.5, 4),
    "LinearLR": lambda optimizer, _: schedulers.LinearLR(optimizer, 0.1, total_iters=6),
    "ExponentialLR": lambda optimizer, _: schedulers.ExponentialLR(optimizer, 0.8),
    "PolynomialLR": lambda optimizer, _: schedulers.PolynomialLR(optimizer, 6, 2.0),
    "CosineAnnealingLR": lambda optimizer, _: schedulers.CosineAnnealingLR(optimizer, 6, 0.01),
    "CosineAnnealingWarmRestarts": lambda optimizer, _: schedulers.CosineAnnealingWarmRestarts(optimizer, 3, 2, 0.01),
    "CyclicLR": lambda optimizer, rate: schedulers.CyclicLR(optimizer, rate, 2 * rate, 3, cycle_momentum=False),
    "OneCycleLR": lambda optimizer, rate: schedulers.OneCycleLR(optimizer, rate, total_steps=12, cycle_momentum=False),
    "SequentialLR": lambda optimizer, _: schedulers.SequentialLR(
        optimizer, [schedulers.LinearLR(optimizer, 0.1, total_iters=3), schedulers.ExponentialLR(optimizer, 0.9)], [3]
    ),
    "ChainedScheduler": lambda optimizer, _: schedulers.ChainedScheduler(
        [schedulers.ConstantLR(optimizer, 0.5, 4), schedulers.ExponentialLR(optimizer, 0.9)]
    ),
    "SWALR": lambda optimizer, rate: SWALR(optimizer, rate / 2, 4),
}
OTHERS = {"LRScheduler", "ReduceLROnPlateau"}  # what all are made of, and one that wants a metric of each model


def test_all_of_pytorchs_schedulers_are_here() -> None:
    known = {name for name in dir(schedulers) if isinstance(getattr(schedulers, name), type) and name[0] != "_"}
    known = {name for name in known if issubclass(getattr(schedulers, name), schedulers.LRScheduler)}
    assert known == set(SCHEDULES) - {"SWALR"} | OTHERS


@pytest.mark.parametrize("name", SCHEDULES)
def test_each_model_is_scheduled_as_alone(name: str) -> None:
    stacked = parameters([(3, 4)])
    alone = [torch.nn.Parameter(stacked[0].detach()[slot].clone()) for slot in range(3)]
    together = ravine.optim.Adam(stacked, lr=RATES.clone())
    solos = [torch.optim.Adam([param], lr=float(rate)) for param, rate in zip(alone, RATES, strict=True)]
    schedule = SCHEDULES[name](together, RATES.clone())
    others = [SCHEDULES[name](solo, float(rate)) for solo, rate in zip(solos, RATES, strict=True)]
    seen = set()
    for step in range(10):
        set_gradients(stacked, step)
        for slot, param in enumerate(alone):
            param.grad = stacked[0].grad[slot].clone()
        for optimizer in (together, *solos):
            optimizer.step()
        for scheduler in (schedule, *others):
            scheduler.step()
        seen.add(float(solos[0].param_groups[0]["lr"]))
        torch.testing.assert_close(
            torch.as_tensor(together.param_groups[0]["lr"]).as_subclass(torch.Tensor),
            torch.tensor([solo.param_groups[0]["lr"] for solo in solos], dtype=torch.float64),
        )
    assert len(seen) > 1
    assert_same(list(stacked[0].detach()), [param.detach() for param in alone], 1e-9, 1e-9)


def test_a_plateau_is_refused_in_words() -> None:
    optimizer = ravine.optim.SGD(parameters([(3, 4)]), lr=RATES.clone())
    plateau = schedulers.ReduceLROnPlateau(optimizer, patience=0)
    plateau.step(1.0)
    with pytest.raises(ValueError, match="ReduceLROnPlateau judges a single metric"):
        plateau.step(2.0)


def test_checkpoints_hold_plain_tensors_and_the_schedule_goes_on() -> None:
    def start() -> tuple[Any, Any]:
        optimizer = ravine.optim.SGD(parameters([(3, 4)]), lr=RATES.clone())
        return optimizer, schedulers.CosineAnnealingLR(optimizer, 8)

    optimizer, scheduler = start()
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    file = io.BytesIO()
    torch.save({"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}, file)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    assert type(saved["optimizer"]["param_groups"][0]["lr"]) is torch.Tensor
    resumed, schedule = start()
    resumed.load_state_dict(saved["optimizer"])
    schedule.load_state_dict(saved["scheduler"])
    twin = copy.deepcopy(optimizer)
    assert twin.param_groups[0]["lr"].data_ptr() != optimizer.param_groups[0]["lr"].data_ptr()
    for _ in range(3):
        for stepped in (optimizer, resumed):
            stepped.step()
        scheduler.step()
        schedule.step()
    torch.testing.assert_close(resumed.param_groups[0]["lr"], optimizer.param_groups[0]["lr"], rtol=0, atol=0)


def test_the_tensor_that_was_given_still_sets_the_rates() -> None:
    given = RATES.clone()
    optimizer = ravine.optim.SGD(parameters([(3, 4)]), lr=given)
    given.mul_(2)
    assert optimizer.param_groups[0]["lr"].tolist() == given.tolist()
