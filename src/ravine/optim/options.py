"""What options may be: the types in the classes' signatures, and the equation's part that a group's options choose."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import torch

# One iterable, not PyTorch's union of three, of which mypy chooses none for a list of groups written in a call.
Parameters = Iterable[torch.Tensor | dict[str, Any] | tuple[str, torch.Tensor]]
Group = dict[str, Any]

Number = float | torch.Tensor  # a tensor has one value, or one for each model in a stack
Betas = tuple[Number, Number]
ThreeBetas = tuple[Number, Number, Number]
Rounding = Literal["stochastic", "kahan"]
Decoupled = bool | Literal["scheduled", "cautious_decay"]


def options(arguments: dict[str, Any]) -> dict[str, Any]:
    """The options of a parameter group, from the `locals()` of a constructor."""
    return {name: value for name, value in arguments.items() if name not in ("self", "params", "__class__")}


def decay_form(group: Mapping[str, Any]) -> str | None:
    """The form of weight decay (see `ravine.rules.forms`) that a group's options choose; None without weight decay."""
    decay = group["weight_decay"]
    if not isinstance(decay, torch.Tensor) and decay == 0:
        return None
    chosen = group.get("decoupled_weight_decay")
    return chosen if isinstance(chosen, str) else "decoupled" if chosen else "l2"


def keep_base_rate(group: Group) -> None:
    """Remembers the rate that a group begins with where PyTorch's schedulers do, for weight decay on the schedule."""
    rate = group["lr"]
    if not bool((torch.as_tensor(rate) > 0).all()):
        raise ValueError(f"decoupled_weight_decay='scheduled' needs a learning rate above 0 to begin with, not {rate}")
    group.setdefault("initial_lr", rate.clone() if isinstance(rate, torch.Tensor) else rate)


def base_rate(group: Mapping[str, Any]) -> Any:
    """The rate that a schedule multiplies: its peak where the schedule keeps one (OneCycleLR), else where it began."""
    return group.get("max_lr", group.get("initial_lr", group["lr"]))
