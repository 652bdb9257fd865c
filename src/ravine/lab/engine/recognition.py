"""Which networks are chains of common layers, and nothing else: then what a pass through them does is known."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules import module as every_module

from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem

ELEMENTWISE = (
    nn.ReLU,
    nn.LeakyReLU,
    nn.ELU,
    nn.SELU,
    nn.GELU,
    nn.SiLU,
    nn.Mish,
    nn.Tanh,
    nn.Sigmoid,
    nn.Softplus,
    nn.Softsign,
    nn.Hardtanh,
    nn.ReLU6,
    nn.Hardsigmoid,
    nn.Hardswish,
)
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")

# Each loss as a function, and as a module with the settings of that function.
KINDS_OF_LOSS: dict[Callable[..., Tensor], tuple[type[nn.Module], dict[str, Any]]] = {
    functional.cross_entropy: (
        nn.CrossEntropyLoss,
        {"weight": None, "ignore_index": -100, "reduction": "mean", "label_smoothing": 0.0},
    ),
    functional.mse_loss: (nn.MSELoss, {"reduction": "mean"}),
    functional.binary_cross_entropy_with_logits: (
        nn.BCEWithLogitsLoss,
        {"weight": None, "pos_weight": None, "reduction": "mean"},
    ),
}


def layers_of(module: nn.Module, data: Data) -> list[nn.Module] | None:
    """The dense layers, activations and dropouts that this network calls one after the other on examples of (n, D).

    None unless that is certain: every part is of PyTorch's very own class, unchanged and without hooks, no parameter is
    shared, frozen or of another precision than the inputs, and there is nothing that is trained or kept beside.
    """
    layers = list(_parts(module))
    if not all(_plain(part) for part in module.modules()) or _hooks_on_everything():
        return None
    inputs = _inputs(data)
    if inputs is None or not layers or (inputs[0].dim() > 2 and not isinstance(layers[0], nn.Flatten)):
        return None
    working = [layer for layer in layers if not isinstance(layer, nn.Identity | nn.Flatten)]
    if any(type(layer) not in (nn.Linear, nn.Dropout, *ELEMENTWISE) for layer in working):
        return None
    if any(isinstance(layer, nn.Flatten) and (layer.start_dim, layer.end_dim) != (1, -1) for layer in layers):
        return None
    dense = [layer for layer in working if isinstance(layer, nn.Linear)]
    expected = [of for layer in dense for of in (layer.weight, layer.bias) if of is not None]
    known = [*module.parameters(), *module.buffers()]
    if not dense or len(expected) != len(known) or any(a is not b for a, b in zip(expected, known, strict=True)):
        return None
    if not all(_trained(parameter, inputs[0].dtype) for parameter in expected) or not _fit(dense, inputs[0]):
        return None
    return [_out_of_place(layer) for layer in working]


def loss_of_chain(problem: Problem, data: Data, outputs: int) -> Callable[..., Tensor] | None:
    """PyTorch's function that the problem's loss is, of that many outputs for each example; None if it is another."""
    loss = problem.loss
    if isinstance(loss, nn.Module):
        alike = [f for f, (kind, settings) in KINDS_OF_LOSS.items() if type(loss) is kind and _has(loss, settings)]
        loss = alike[0] if alike and _plain(loss) else None
    if not any(loss is known for known in KINDS_OF_LOSS) or problem.step is not None:  # not all losses can be hashed
        return None
    for split in (data.train, data.validation, data.test):
        targets = split.targets if isinstance(split, Split) else None
        if not isinstance(targets, Tensor):
            return None
        if loss is functional.cross_entropy:
            classes = targets.dtype == torch.long and targets.dim() == 1
            if not classes or (len(targets) and int(targets.min()) < 0):  # -100 is left out of the mean
                return None
        elif targets.shape[1:] != (outputs,) or targets.dtype not in (torch.float32, torch.float64):
            return None
    return loss


def _parts(module: nn.Module) -> Iterator[nn.Module]:
    """What a `Sequential` calls, in order, also where one holds another."""
    if type(module) is nn.Sequential:
        for part in module:
            yield from _parts(part)
    else:
        yield module


def _plain(part: nn.Module) -> bool:
    """Whether calling it is what its class says, and the class is PyTorch's."""
    kind = type(part)
    return (
        kind.__module__.startswith("torch.nn.modules.")
        and kind.forward.__module__.startswith("torch.nn.modules.")
        and not hasattr(kind.forward, "__wrapped__")
        and not any(callable(getattr(kind, name, None)) for name in vars(part))  # `forward`, or `train`, of its own
        and not any(vars(part).get(hooks) for hooks in HOOKS)
    )


def _hooks_on_everything() -> bool:
    return bool(every_module._has_any_global_hook())  # type: ignore[no-untyped-call]


def _inputs(data: Data) -> tuple[Tensor, Tensor, Tensor] | None:
    found = [split.inputs for split in (data.train, data.validation, data.test) if isinstance(split, Split)]
    if len(found) < 3 or not all(isinstance(one, Tensor) and one.dim() >= 2 for one in found):
        return None
    alike = {(one.dtype, one.shape[1:]) for one in found}
    return (found[0], found[1], found[2]) if len(alike) == 1 else None


def _trained(parameter: Tensor, dtype: torch.dtype) -> bool:
    floating = dtype in (torch.float32, torch.float64)
    return type(parameter) is nn.Parameter and parameter.requires_grad and floating and parameter.dtype == dtype


def _fit(dense: list[nn.Linear], inputs: Tensor) -> bool:
    """Whether each takes what the one before gives, by its weights: a layer may say another size than they have."""
    wide = inputs[0].numel()
    for layer in dense:
        weight, bias = layer.weight, layer.bias
        if weight.dim() != 2 or weight.shape[1] != wide or (bias is not None and bias.shape != weight.shape[:1]):
            return False
        wide = len(weight)
    return True


def _has(module: nn.Module, settings: dict[str, Any]) -> bool:
    return all(getattr(module, name, None) == value for name, value in settings.items())


def _out_of_place(layer: nn.Module) -> nn.Module:
    """The same values, and what it is given stays as it was."""
    if not getattr(layer, "inplace", False):
        return layer
    layer = copy(layer)
    layer.inplace = False  # type: ignore[assignment]
    return layer
