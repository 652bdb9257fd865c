"""What a step leaves out where nothing has changed and nobody watches is back as soon as anything or anybody does."""

from typing import Any

import pytest
import torch
from torch.optim import optimizer as everyones
from training import assert_same, parameters, train

import ravine.optim

CHANGES: dict[str, list[dict[str, Any]]] = {
    "SGD": [{"lr": 0.3}, {"momentum": 0.5}, {"weight_decay": 0.1}, {"maximize": True}, {"lr": torch.tensor(0.2)}],
    "Adagrad": [{"lr_decay": 0.5}, {"eps": 0.1}, {"weight_decay": 0.1}],
    "RMSprop": [{"alpha": 0.5}, {"eps": 0.1, "weight_decay": 0.1}, {"lr": 0.3}],
    "Adadelta": [{"rho": 0.5}, {"lr": 0.3}, {"maximize": True}],
    "Adam": [{"betas": (0.5, 0.6)}, {"betas": [0.5, 0.6]}, {"amsgrad": True}, {"eps": 0.1, "lr": 0.3}],
    "AdamW": [{"weight_decay": 0.5}, {"betas": (0.5, 0.6)}],
    "Adamax": [{"betas": (0.5, 0.6)}, {"eps": 0.1}],
    "NAdam": [{"momentum_decay": 0.5}, {"decoupled_weight_decay": True, "weight_decay": 0.1}],
    "RAdam": [{"betas": (0.5, 0.6)}, {"weight_decay": 0.1, "maximize": True}],
}


@pytest.mark.parametrize(("name", "change"), [(n, c) for n, changes in CHANGES.items() for c in changes], ids=str)
def test_an_option_changed_after_some_steps_counts_from_the_next(name: str, change: dict[str, Any]) -> None:
    finals = []
    for space in (torch.optim, ravine.optim):
        optimizer = getattr(space, name)(
            [{"params": parameters([(3, 4)])}, {"params": parameters([(5,)])}], foreach=False
        )
        train(optimizer, 4)
        if "amsgrad" in change:  # PyTorch has no maximum to begin with
            for state in optimizer.state.values():
                state["max_exp_avg_sq"] = torch.zeros_like(state["exp_avg_sq"])
        optimizer.param_groups[1].update(change)
        finals.append(train(optimizer, 4, first=4))
    assert_same(finals[1], finals[0], 1e-5, 1e-6)


def test_options_that_change_in_place() -> None:
    finals = []
    for space in (torch.optim, ravine.optim):
        own, of_group = [0.9, 0.99], [0.9, 0.99]
        groups = [{"params": parameters([(3, 4)])}, {"params": parameters([(5,)]), "betas": of_group}]
        optimizer = space.Adam(groups, lr=torch.tensor(0.1), betas=own, foreach=False)
        train(optimizer, 4)
        own[0], of_group[0] = 0.1, 0.2
        optimizer.param_groups[0]["lr"].fill_(0.5)
        finals.append(train(optimizer, 4, first=4))
    assert_same(finals[1], finals[0], 1e-6, 1e-7)


def test_a_subclass_is_asked_at_every_step() -> None:
    class Warmed(ravine.optim.SGD):
        taken = 0

        def setting(self, group: dict[str, Any], name: str, default: float | None) -> Any:
            return self.taken * group["lr"] if name == "lr" else super().setting(group, name, default)

    (param,) = parameters([(2,)])
    optimizer, before = Warmed([param], lr=1.0), param.detach().clone()
    for Warmed.taken in (1, 2, 3):
        param.grad = torch.ones_like(param)
        optimizer.step()
    torch.testing.assert_close(param.detach(), before - 6)


def test_whoever_watches_sees_the_step() -> None:
    seen: list[str] = []
    optimizer = ravine.optim.Adam(parameters([(2,)]))
    train(optimizer, 3)
    hooks = [
        optimizer.register_step_pre_hook(lambda *_: seen.append("before")),
        optimizer.register_step_post_hook(lambda *_: seen.append("after")),
    ]
    train(optimizer, 1)
    for hook in hooks:
        hook.remove()
    hooks = [everyones.register_optimizer_step_pre_hook(lambda *_: seen.append("before each"))]
    train(optimizer, 1)
    hooks[0].remove()
    hooks = [everyones.register_optimizer_step_post_hook(lambda *_: seen.append("after each"))]
    train(optimizer, 1)
    hooks[0].remove()
    train(optimizer, 1)
    assert seen == ["before", "after", "before each", "after each"]
    with torch.profiler.profile() as profile:
        train(optimizer, 1)
    assert "Optimizer.step#Adam.step" in {event.key for event in profile.key_averages()}
    with torch.autograd.profiler.profile() as older:
        train(optimizer, 1)
    assert "Optimizer.step#Adam.step" in {event.key for event in older.key_averages()}


def test_a_subclass_with_a_step_of_its_own_has_its_hooks_called_as_in_torch() -> None:
    called = []
    for space in (torch.optim, ravine.optim):

        class Counting(space.RMSprop):  # type: ignore[name-defined, misc]
            def step(self, closure: Any = None) -> Any:
                return super().step(closure)

        space.RMSprop(parameters([(2,)]))  # the class is seen before its subclass
        optimizer = Counting(parameters([(2,)]))
        count: list[int] = []
        optimizer.register_step_pre_hook(lambda *_, count=count: count.append(1))
        train(optimizer, 2)
        called.append(len(count))
    assert called[0] == called[1]
