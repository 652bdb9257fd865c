"""Loading a state dict goes through the hooks as it does in PyTorch, and another optimizer's is refused."""

from copy import deepcopy

import pytest
import torch
from torch import nn

import ravine
from tests.optim.training import parameters, train


def named(module):
    return module.named_parameters()


def trained(module, steps=2):
    optimizer = ravine.optim.Adam(named(module), lr=0.1)
    for _ in range(steps):
        module(torch.ones(1, 3)).sum().backward()
        optimizer.step()
    return optimizer


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))


def test_the_recipe_that_pytorch_documents_for_other_names():
    """https://docs.pytorch.org/tutorials/recipes: a pre-hook that takes what it knows from a dict with other names."""
    saved = deepcopy(trained(network()).state_dict())
    for group in saved["param_groups"]:
        group["param_names"] = [f"old.{name}" for name in group["param_names"]]
    fresh = ravine.optim.Adam(named(network()), lr=0.1)

    def rename(optimizer, state_dict):
        state_dict = deepcopy(state_dict)
        for group in state_dict["param_groups"]:
            group["param_names"] = [name.removeprefix("old.") for name in group["param_names"]]
        return state_dict

    with pytest.raises(ValueError, match=r"not in this optimizer: old\.0\.bias"):
        fresh.load_state_dict(saved)
    fresh.register_load_state_dict_pre_hook(rename)
    fresh.load_state_dict(saved)
    first = fresh.param_groups[0]["params"][0]
    assert torch.equal(fresh.state[first]["exp_avg"], saved["state"][0]["exp_avg"])


def test_a_post_hook_sees_and_changes_what_was_loaded():
    module = network().half()
    optimizer = ravine.optim.Adam(named(module), lr=0.1, rounding="stochastic")
    for parameter in module.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    fresh = ravine.optim.Adam(named(network().half()), lr=0.1, rounding="stochastic")
    seen = []
    first = fresh.param_groups[0]["params"][0]

    def after(optimizer):
        seen.append(optimizer.state[first]["exp_avg"].dtype)
        optimizer.state[first]["exp_avg"] = optimizer.state[first]["exp_avg"].double()

    fresh.register_load_state_dict_post_hook(after)
    fresh.load_state_dict(optimizer.state_dict())
    assert seen == [torch.float32]  # as it was saved, not as PyTorch casts it
    assert fresh.state[first]["exp_avg"].dtype == torch.float64
    assert not fresh._optimizer_load_state_dict_pre_hooks


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod."])
def test_names_taken_from_a_wrapped_model_match(prefix):
    saved = deepcopy(trained(network()).state_dict())
    for group in saved["param_groups"]:
        group["param_names"] = [prefix + name for name in group["param_names"]]
    fresh = ravine.optim.Adam(named(network()), lr=0.1)
    fresh.load_state_dict(saved)
    assert len(fresh.state) == 4


KINDS = {name: {} for name in ("Adagrad", "RMSprop", "Adadelta", "Adam", "Adamax", "NAdam", "RAdam")} | {
    "SGD": {"lr": 0.1}
}


@pytest.mark.parametrize("theirs", KINDS)
@pytest.mark.parametrize("ours", KINDS)
def test_another_optimizers_checkpoint_is_refused(ours, theirs):
    """Unless it says as much as one of ours; PyTorch's of the same name is ours."""
    values = parameters([(2,)])
    saved = getattr(torch.optim, theirs)(values, **KINDS[theirs]).state_dict()
    optimizer = getattr(ravine.optim, ours)(parameters([(2,)]), **KINDS[ours])
    lacks = {name for name in ("momentum", "dampening", "alpha", "rho", "betas", "lr_decay", "momentum_decay", "eps")
             if name in optimizer.defaults and name not in saved["param_groups"][0]}  # fmt: skip
    if not lacks:
        optimizer.load_state_dict(saved)
        train(optimizer, 1)
        return
    with pytest.raises(ValueError, match=f"this state dict is not of {ours}: its parameter groups lack"):
        optimizer.load_state_dict(saved)
    train(optimizer, 1)  # as if nothing had been tried
