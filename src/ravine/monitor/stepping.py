"""What an optimizer's step says of itself: its parameters, whether it has a closure, and what a GradScaler told it."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn
from torch.optim import Optimizer


def parameters_of(optimizer: Optimizer) -> list[nn.Parameter]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def has_closure(args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    return kwargs.get("closure") is not None or any(callable(given) for given in args)


def factor_of(optimizer: Optimizer) -> float:
    """What a GradScaler leaves to a fused optimizer to divide by."""
    scale = getattr(optimizer, "grad_scale", None)
    return float(scale) if scale is not None else 1.0


def is_skipped(optimizer: Optimizer) -> bool:
    """Whether a fused optimizer will leave this step out, as a GradScaler tells it."""
    found = getattr(optimizer, "found_inf", None)
    return found is not None and bool(float(found))
