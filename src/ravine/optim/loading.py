"""Resuming from a state_dict: matched by name where both sides have names, and in the precision it was saved with."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import torch

StateDict = dict[str, Any]


def by_name(optimizer: torch.optim.Optimizer, saved: StateDict) -> StateDict:
    """`saved` in the order of the optimizer's own parameters; as it is, if either side has no names.

    Raises ValueError for parameters that only one side has, and names them.
    """
    groups, saved_groups = optimizer.param_groups, saved["param_groups"]
    if not all("param_names" in group for group in (*groups, *saved_groups)):
        return saved
    own = [name for group in groups for name in group["param_names"]]
    home = {name: group for group in saved_groups for name in group["param_names"]}
    missing, unknown = [name for name in own if name not in home], sorted(home.keys() - set(own))
    if missing or unknown:
        parts = [f"missing: {', '.join(missing)}"] if missing else []
        parts += [f"not in this optimizer: {', '.join(unknown)}"] if unknown else []
        raise ValueError(f"loaded state dict does not match the parameters' names ({'; '.join(parts)})")

    places = {
        name: place for group in saved_groups for name, place in zip(group["param_names"], group["params"], strict=True)
    }
    reordered = []
    for index, group in enumerate(groups):
        names = group["param_names"]
        options = home[names[0]] if names else saved_groups[min(index, len(saved_groups) - 1)]
        reordered.append({**options, "params": [places[name] for name in names], "param_names": list(names)})
    return {**saved, "param_groups": reordered}


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
