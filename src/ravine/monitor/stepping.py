"""What an optimizer says of its step: its parameters, a closure, its decay, and what a GradScaler told it."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn
from torch.optim import SGD, Optimizer


def parameters_of(optimizer: Optimizer) -> list[nn.Parameter]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def has_closure(args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    return kwargs.get("closure") is not None or any(callable(given) for given in args)


def decay_of(optimizer: Optimizer) -> float:
    """The share of the weights that decay takes at each step, where that is known: of SGD, and of decoupled decay."""
    most = 0.0
    for group in optimizer.param_groups:
        share = float(group.get("lr", 0)) * float(group.get("weight_decay", 0))
        if isinstance(optimizer, SGD):
            most = max(most, share / max(1 - float(group.get("momentum", 0)), share))
        elif group.get("decoupled_weight_decay") is True:
            most = max(most, share)
    return most


def factor_of(optimizer: Optimizer) -> float:
    """What a GradScaler leaves to a fused optimizer to divide by."""
    scale = getattr(optimizer, "grad_scale", None)
    return float(scale) if scale is not None else 1.0


def is_skipped(optimizer: Optimizer) -> bool:
    """Whether a fused optimizer will leave this step out, as a GradScaler tells it."""
    found = getattr(optimizer, "found_inf", None)
    return found is not None and bool(float(found))
