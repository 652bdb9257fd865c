"""Tries a user's network and loss on one batch, so that what is wrong is said before anything is trained."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.problems.problem import Data, Metric

WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)


def check_network(name: str, model: Callable[[], nn.Module]) -> nn.Module:
    """What `model` gives, with seed 0's weights; RavineError unless that is a network with something to train."""
    if isinstance(model, nn.Module) or not callable(model):
        raise RavineError(f"{name}: model must give a new network each time: a class, or a function without arguments")
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        module = _ran(f"{name}: model()", model)
    if not isinstance(module, nn.Module):
        raise RavineError(f"{name}: model() must return a torch.nn.Module, not {type(module).__name__}")
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    if not trained:
        raise RavineError(f"{name}: the network has no parameters to train; give it a layer, or set requires_grad")
    if len({parameter.dtype for parameter in trained}) > 1:
        raise RavineError(f"{name}: the network's parameters have different dtypes; train it in one")
    return module


def tried(
    name: str,
    module: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    data: Data,
    batch_size: int,
    metric: Metric | None,
) -> Metric:
    """The metric: as asked for, or what outputs and targets suggest.

    Raises RavineError for what training would stumble over.
    """
    x, y = data.train.inputs[:batch_size], data.train.targets[:batch_size]
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        outputs = _ran(f"{name}: the network, given inputs {tuple(x.shape)} of {_dtype(x)},", lambda: module(x))
    if not isinstance(outputs, Tensor):
        raise RavineError(f"{name}: the network must return a tensor, not {type(outputs).__name__}")
    classes = [split.targets for split in (data.train, data.validation, data.test)]
    sorts = outputs.dim() == 2 and len(outputs) == len(y) and all(t.dim() == 1 and t.dtype in WHOLE for t in classes)
    chosen: Metric = metric or ("accuracy" if sorts else "loss")
    if chosen == "accuracy":
        if not sorts:
            raise RavineError(
                f"{name}: accuracy needs outputs (n, classes) and targets (n,) of whole numbers; the network returned "
                f"{tuple(outputs.shape)} for targets {tuple(y.shape)} of {_dtype(y)}; or choose metric 'loss'"
            )
        low, high = min(int(t.min()) for t in classes), max(int(t.max()) for t in classes)
        if low < 0 or high >= outputs.shape[1]:
            raise RavineError(
                f"{name}: the network returns {outputs.shape[1]} scores, and targets run from {low} to {high}; "
                f"classes count from 0, so it must return {high + 1}"
            )
    shapes = f"outputs {tuple(outputs.shape)} and targets {tuple(y.shape)} of {_dtype(y)}"
    value = _ran(f"{name}: the loss, given {shapes},", lambda: loss(outputs, y))
    if not isinstance(value, Tensor) or value.dim() != 0:
        shape = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise RavineError(f"{name}: the loss must be one number for a batch, not {shape}; take the mean")
    if not value.requires_grad:
        raise RavineError(f"{name}: the loss does not depend on the network's parameters; use its outputs undetached")
    if not value.isfinite():
        raise RavineError(
            f"{name}: the loss is {value.item()} at step 0, before any training; look at the scale of the inputs, and "
            "for a logarithm, root or division of 0 in the network or the loss"
        )
    return chosen


def _ran(what: str, call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:  # it is the user's code
        message = (str(error).strip() or "no message").splitlines()[0]
        raise RavineError(f"{what} raised {type(error).__name__}: {message}") from error


def _dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
