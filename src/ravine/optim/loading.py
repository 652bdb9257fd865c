"""Resuming from a state_dict: of the same optimizer, matched by name where there are names, in its own precision."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import torch

StateDict = dict[str, Any]

# What a checkpoint may lack: flags of the arithmetic's path, and options that PyTorch's optimizers do not have.
MAY_LACK = {
    "foreach", "maximize", "capturable", "differentiable", "fused", "rounding", "weight_decay", "amsgrad", "centered",
    "decoupled_weight_decay", "cautious", "max_grad_norm", "train_mode", "use_muon", "adamw_lr",
    "adamw_betas", "adamw_eps", "adamw_weight_decay",
}  # fmt: skip
WRAPPERS = ("module.", "_orig_mod.")  # of DataParallel, DDP and torch.compile


def check_kind(optimizer: torch.optim.Optimizer, saved: StateDict) -> None:
    """Raises ValueError for a checkpoint that lacks hyperparameters, or a beta, of this optimizer, or that is of one
    that is evaluated elsewhere than it trains: it is another's."""
    needed = [name for name in optimizer.defaults if name not in MAY_LACK]
    for group in saved["param_groups"]:
        if missing := [name for name in needed if name not in group]:
            raise ValueError(
                f"this state dict is not of {type(optimizer).__name__}: its parameter groups lack {', '.join(missing)}"
            )
        if "train_mode" in group and "train_mode" not in optimizer.defaults:
            raise ValueError(
                f"this state dict is not of {type(optimizer).__name__}: "
                "its optimizer is evaluated elsewhere than it trains"
            )
        if "betas" in needed and len(group["betas"]) != len(optimizer.defaults["betas"]):
            theirs = "two" if len(group["betas"]) == 2 else "three"
            raise ValueError(f"this state dict is not of {type(optimizer).__name__}: its betas are {theirs}")


def by_name(optimizer: torch.optim.Optimizer, saved: StateDict) -> StateDict:
    """`saved` in the order of the optimizer's own parameters; as it is, if either side has no names.

    Names match also where one side's model was wrapped (`module.`, `_orig_mod.`) when they were taken.
    Raises ValueError for parameters that only one side has, and names them.
    """
    groups, saved_groups = optimizer.param_groups, saved["param_groups"]
    if not all("param_names" in group for group in (*groups, *saved_groups)):
        return saved
    own = [_bare(name) for group in groups for name in group["param_names"]]
    home = {_bare(name): group for group in saved_groups for name in group["param_names"]}
    missing, unknown = [name for name in own if name not in home], sorted(home.keys() - set(own))
    if missing or unknown:
        parts = [f"missing: {', '.join(missing)}"] if missing else []
        parts += [f"not in this optimizer: {', '.join(unknown)}"] if unknown else []
        raise ValueError(f"loaded state dict does not match the parameters' names ({'; '.join(parts)})")

    places = {
        _bare(name): place
        for group in saved_groups
        for name, place in zip(group["param_names"], group["params"], strict=True)
    }
    reordered = []
    for index, group in enumerate(groups):
        names = group["param_names"]
        options = home[_bare(names[0])] if names else saved_groups[min(index, len(saved_groups) - 1)]
        reordered.append({**options, "params": [places[_bare(name)] for name in names], "param_names": list(names)})
    return {**saved, "param_groups": reordered}


def _bare(name: str) -> str:
    while name.startswith(WRAPPERS):
        name = name.partition(".")[2]
    return name


def keep_precision(optimizer: torch.optim.Optimizer, saved: StateDict) -> None:
    """Gives floating-point state the dtype that it was saved with, where PyTorch cast it to the parameter's."""
    identities = chain.from_iterable(group["params"] for group in saved["param_groups"])
    parameters = chain.from_iterable(group["params"] for group in optimizer.param_groups)
    for identity, parameter in zip(identities, parameters, strict=True):
        before: Mapping[str, Any] = saved["state"].get(identity, {})
        now = optimizer.state.get(parameter, {})
        for name, value in before.items():
            if isinstance(value, torch.Tensor) and name in now and now[name].dtype != value.dtype:
                now[name] = value.to(now[name].device)
