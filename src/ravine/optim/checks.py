"""Bad input, refused in PyTorch's words before anything is built."""

import numbers
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import torch
from torch.masked import MaskedTensor

from ravine.backends import newton_schulz
from ravine.equations import Equation, over_tensors
from ravine.equations.language import MATRICES
from ravine.optim.admission import emptied

_REFUSED = (
    torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc, torch._mkldnn,  # type: ignore[attr-defined]
)  # fmt: skip
_CALLED = {"lr": "learning rate", "eps": "epsilon value"}
_AT_MOST_ONE = {"rho"}
_MAY_BE_NONE = {"max_grad_norm", "beta3_warmup", "alpha_warmup"}
_NOT_NEGATIVE = (
    "lr", "eps", "momentum", "alpha", "rho", "lr_decay", "initial_accumulator_value", "initial_accumulator",
    "momentum_decay", "weight_decay", "max_grad_norm", "beta3_warmup", "alpha_warmup", "trust_coefficient",
    "warmup_steps", "r", "weight_lr_power",
)  # fmt: skip


def check_options(options: Mapping[str, Any], betas: int = 2) -> None:
    """Raises ValueError for a hyperparameter out of range, TypeError for one that is no number, RuntimeError for flags
    that exclude each other."""
    for name in _NOT_NEGATIVE:
        if name in options and not (options[name] is None and name in _MAY_BE_NONE):
            value = options[name]
            check_number(name, value)
            _require(value >= 0, f"Invalid {_CALLED.get(name, f'{name} value')}", value)
            if name in _AT_MOST_ONE:
                _require(value <= 1, f"Invalid {name} value", value)
    if "betas" in options:
        check_betas(options["betas"], betas)
    if options.get("nesterov") and "dampening" in options:
        check_nesterov(options)
    if (decoupled := options.get("decoupled_weight_decay", False)) not in (False, True, "scheduled", "cautious_decay"):
        raise ValueError(
            f"Invalid decoupled_weight_decay: {decoupled!r}; choose False, True, 'scheduled' or 'cautious_decay'"
        )
    if "dampening" in options:
        check_number("dampening", options["dampening"])
    if options.get("clip_exp") is not None:
        check_number("clip_exp", options["clip_exp"])
        _require(options["clip_exp"] > 0, "Invalid clip_exp value", options["clip_exp"])
    if options.get("rounding") not in (None, "stochastic", "kahan"):
        raise ValueError(f"Invalid rounding: {options['rounding']!r}; choose None, 'stochastic' or 'kahan'")
    if options.get("fused") and options.get("differentiable"):
        raise RuntimeError("`fused` does not support `differentiable`")
    if options.get("fused") and options.get("foreach"):
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


def check_number(name: str, value: Any) -> None:
    """Raises TypeError for what is neither a number nor a tensor: a text, say, as YAML takes 1e-5 for."""
    if not isinstance(value, numbers.Real | torch.Tensor):
        raise TypeError(f"{name} must be a number, and is {value!r}")


def require_inside(name: str, value: Any) -> None:
    """Raises ValueError, and TypeError for what is no number, unless it is above 0 and below 1."""
    check_number(name, value)
    _require((value > 0) & (value < 1), f"{name} must be between 0 and 1, exclusive", value)


def check_nesterov(options: Mapping[str, Any]) -> None:
    if not (_holds(options["momentum"] > 0) and _holds(options["dampening"] == 0)):
        raise ValueError("Nesterov momentum requires a momentum and zero dampening")


def check_betas(betas: tuple[Any, ...], count: int) -> None:
    if not isinstance(betas, tuple | list) or len(betas) != count:
        raise ValueError(f"betas must be {'two' if count == 2 else 'three'} numbers, and are {betas!r}")
    for index, beta in enumerate(betas):
        check_number(f"betas[{index}]", beta)
    tensors = [isinstance(beta, torch.Tensor) for beta in betas]
    for index, beta in enumerate(betas):
        _require((beta >= 0) & (beta < 1), f"Invalid beta parameter at index {index}", beta)
    if any(tensors) and not all(tensors):
        whole = "both" if count == 2 else "all"
        raise ValueError(f"betas must be either {whole} floats or {whole} Tensors")


def check_foreach_tensors(options: Mapping[str, Any]) -> None:
    """PyTorch's Adam has no tensor hyperparameters under foreach, unless capturable."""
    if not options["foreach"] or options["capturable"]:
        return
    tensors = {"lr": options["lr"], "betas[0]": options["betas"][0], "betas[1]": options["betas"][1]}
    for name, value in tensors.items():
        if isinstance(value, torch.Tensor):
            raise ValueError(f"{name} as a Tensor is not supported for capturable=False and foreach=True")


def stacks(options: Mapping[str, Any]) -> bool:
    """Whether an option has a value for each model along the parameters' leading axis."""
    parts = chain.from_iterable(value if isinstance(value, tuple) else (value,) for value in options.values())
    return any(isinstance(part, torch.Tensor) and part.numel() > 1 for part in parts)


def check_leading_axis(options: Mapping[str, Any], parameters: Iterable[torch.Tensor]) -> None:
    """Raises ValueError if a tensor among the options has not one value, or one for each slot of the leading axis."""
    for name, value in options.items():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, torch.Tensor) and part.numel() != 1:
                for parameter in parameters:
                    slots = parameter.shape[0] if parameter.dim() else 1
                    if part.numel() != slots:
                        raise ValueError(
                            f"Tensor {name} must be 1-element, or have one value for each model along the parameters' "
                            f"leading axis: it has {part.numel()}, and a parameter has shape {tuple(parameter.shape)}"
                        )


def check_kind(parameter: torch.Tensor, gradient: torch.Tensor) -> None:
    """Raises RuntimeError for tensors whose numbers no step goes through one by one: nested, compressed, of MKL-DNN,
    and for masked gradients of a parameter that has no mask."""
    for kind, tensor in (("parameter", parameter), ("gradient", gradient)):
        nested = tensor.is_nested and tensor.layout is torch.strided
        if nested or tensor.layout in _REFUSED:
            form = "nested" if nested else f"of layout {tensor.layout}"
            hint = "nest it as torch.jagged" if nested else "keep it dense (`to_dense()`), and convert it for use"
            raise RuntimeError(f"a {kind} is {form}, which no step here takes: {hint}")
    if isinstance(gradient, MaskedTensor) and not isinstance(parameter, MaskedTensor):
        raise RuntimeError(
            "a gradient is masked and its parameter is not: say what is behind the mask (`to_tensor(0)`)"
        )


def check_tensors(parameter: torch.Tensor, gradient: torch.Tensor, states: Mapping[str, torch.Tensor]) -> None:
    """Raises for what no step can be taken with: ValueError for another shape than the parameter's, as `param.data = …`
    leaves behind; RuntimeError for whole numbers and for memory that was given back."""
    for kind, tensor in (("parameter", parameter), ("gradient", gradient), *states.items()):
        if tensor.shape != parameter.shape:
            raise ValueError(
                f"a parameter of shape {tuple(parameter.shape)} has a state {kind} of shape {tuple(tensor.shape)}"
                if kind in states
                else f"a parameter of shape {tuple(parameter.shape)} has a gradient of shape {tuple(tensor.shape)}"
            )
        if not (tensor.is_floating_point() or tensor.is_complex()):
            raise RuntimeError(f"a step takes floating-point or complex numbers; a {kind} is {tensor.dtype}")
        if emptied(tensor):
            raise RuntimeError(f"a {kind} of shape {tuple(tensor.shape)} has no memory: its storage was given back")


def check_whole(equation: Equation, parameter: torch.Tensor, group: Mapping[str, Any], stacked: bool) -> None:
    """Raises RuntimeError where a rule with norms would take a piece of a tensor for the whole, or be recorded, or one
    that counts columns a complex number for two; RavineError where a rule of matrices would be given a vector.

    stacked: whether the first axis counts models.
    """
    rule = equation.name
    if getattr(parameter, "_fsdp_flattened", False) or getattr(parameter, "_is_flat_param", False):
        raise RuntimeError(
            f"{rule} takes norms of whole tensors, and FSDP1 holds pieces of them: use FSDP2 (torch's fully_shard)"
        )
    if group.get("capturable"):
        raise RuntimeError(f"{rule} takes norms, and no CUDA graph of its step: capturable=True is of rules without")
    used = over_tensors(equation)
    if parameter.is_complex() and not {"rows", "columns", *MATRICES}.isdisjoint(used):
        raise RuntimeError(f"{rule} goes by rows and columns, and does not support complex parameters")
    if not set(MATRICES).isdisjoint(used):
        newton_schulz.as_matrix(tuple(parameter.shape[stacked:]))


def check_fused(parameter: torch.Tensor) -> None:
    """Raises RuntimeError, as PyTorch, for a parameter that fused=True does not take."""
    if not parameter.is_floating_point() or parameter.is_meta:
        raise RuntimeError(
            "`fused=True` requires all the params to be floating point Tensors of supported devices: "
            f"one is {parameter.dtype} on {parameter.device}"
        )


def _holds(condition: Any) -> bool:
    return bool(condition.all()) if isinstance(condition, torch.Tensor) else bool(condition)


def _require(condition: Any, refusal: str, value: Any) -> None:
    if not _holds(condition):  # only now is a tensor printed, which is slow and changes the thread's state in torch
        raise ValueError(f"{refusal}: {value}")
