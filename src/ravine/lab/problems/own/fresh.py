"""A network, and a loss, that no other run has a part in."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn


def fresh_network(model: Callable[[], nn.Module], seed: int) -> nn.Module:
    """What `model` gives under a seed, as a copy: parts that all its networks share (a backbone) are shared no more.

    The parameters to be trained are its own, with whatever hooks they have. What cannot be copied is taken as it is.
    """
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        module = model()
    try:
        return copy.deepcopy(module, {id(p): p for p in module.parameters() if p.requires_grad})
    except Exception:  # whatever a user's module says to that
        return module


def fresh_loss(loss: Callable[..., Tensor] | None) -> Callable[..., Tensor] | None:
    """The loss as it was given, also where one keeps a state of its own; functions are themselves."""
    try:
        return copy.deepcopy(loss)
    except Exception:  # likewise
        return loss
