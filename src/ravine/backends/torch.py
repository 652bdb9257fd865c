"""PyTorch tensors of any shape and dtype; hyperparameters are numbers or tensors that broadcast over the parameters.

What does not depend on an element is computed first, in double precision; then the elements, in their own dtype. A
rule with norms takes a pass over the elements for each round of them, and sums in double precision.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import torch

from ravine.backends import newton_schulz
from ravine.backends import numpy as reference
from ravine.equations.equation import Equation
from ravine.equations.evaluate import Operations, evaluate
from ravine.equations.language import FUNCTIONS, MATRICES
from ravine.equations.passes import passes as passes_uncached
from ravine.equations.stages import Stages
from ravine.equations.stages import split as split_uncached
from ravine.kept import kept

Value = float | torch.Tensor

split = kept(split_uncached)
passes = kept(passes_uncached)


def _one_for_all(condition: torch.Tensor) -> bool:
    """Whether a condition is one plain truth value that can be read at no cost."""
    plain = type(condition) is torch.Tensor and condition.dim() == 0 and condition.device.type == "cpu"
    return plain and not torch._C._functorch.is_functorch_wrapped_tensor(condition)


@cache
def operations(dtype: torch.dtype, device: torch.device) -> Operations:
    """The table of tensor operations; plain numbers among the arguments take `dtype` and `device`."""

    def tensor(value: Any) -> torch.Tensor:
        return value if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=dtype, device=device)

    def where(condition: Any, a: Any, b: Any) -> Any:
        # It holds for the whole step, or not: the branch not taken may be NaN, and so would be its gradient.
        if not isinstance(condition, torch.Tensor) or _one_for_all(condition):
            return tensor(a if condition else b)
        return torch.where(condition, tensor(a), tensor(b))

    def of_one(name: str) -> Callable[[Any], torch.Tensor]:
        function = getattr(torch, name)
        return lambda a: function(tensor(a))

    def sign(a: Any) -> torch.Tensor:
        a = tensor(a)
        return torch.where(a == a, torch.sign(a), a)  # torch's own makes 0 of NaN

    functions = {name: of_one(name) for name, arguments in FUNCTIONS.items() if arguments == 1}
    return {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: tensor(a) / b,  # of a number torch would multiply the reciprocal
        "**": lambda a, b: a**b,
        "neg": lambda a: -a,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        **functions,
        "sign": sign,
        "maximum": lambda a, b: torch.maximum(tensor(a), tensor(b)),
        "minimum": lambda a, b: torch.minimum(tensor(a), tensor(b)),
        "where": where,
    }


def over_tensors(theta: torch.Tensor, leading: int) -> Mapping[str, Callable[[Any], Value]]:
    """The functions of a whole tensor, for tensors like `theta` whose first `leading` axes count tensors.

    Sums are taken in double precision where the device has it.
    """
    axes = tuple(range(leading, theta.dim()))
    wide = theta.dtype if theta.device.type == "mps" else torch.float64

    def reduced(function: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[torch.Tensor], Value]:
        def of(x: torch.Tensor) -> Value:
            x = x.expand(theta.shape)
            if not x.numel():  # of nothing, all are 0
                return torch.zeros([*theta.shape[:leading], *[1] * len(axes)], dtype=wide, device=theta.device)
            return _number(function(x))

        return of

    def summed(x: torch.Tensor) -> torch.Tensor:
        return torch.sum(x, axes, keepdim=leading > 0, dtype=wide) if axes else x.to(wide)

    def norm(x: torch.Tensor) -> torch.Tensor:
        if not axes:
            return x.abs().to(wide)
        found: torch.Tensor = torch.linalg.vector_norm(x, 2, axes, keepdim=leading > 0, dtype=wide)
        return found

    return {
        "norm": reduced(norm),
        "sum": reduced(summed),
        "mean": reduced(lambda x: summed(x) / math.prod(theta.shape[leading:])),
        "max": reduced(lambda x: (torch.amax(x, axes, keepdim=leading > 0) if axes else x).to(wide)),
        "rows": lambda x: newton_schulz.extent(tuple(theta.shape[leading:]))[0],
        "columns": lambda x: newton_schulz.extent(tuple(theta.shape[leading:]))[1],
        "orthogonalize": lambda x: orthogonalized(x, leading),
    }


def orthogonalized(x: torch.Tensor, leading: int) -> torch.Tensor:
    """The tensors of which the first `leading` axes count, each as a matrix made orthogonal.

    Products are of bfloat16 where that is fast, as in the method's own code, unless `x` is of float64.
    """
    matrices = x.reshape(*x.shape[:leading], *newton_schulz.as_matrix(tuple(x.shape[leading:])))
    size = torch.linalg.vector_norm(matrices, 2, (-2, -1), keepdim=True)
    narrow = torch.bfloat16 if x.dtype.itemsize < 8 and _multiplies_bfloat16(x.device.type) else x.dtype

    def add_product(a: float, x: torch.Tensor, b: float, y: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        function = torch.addmm if x.dim() == 2 else torch.baddbmm
        return function(x, y, z, beta=a, alpha=b)

    scaled = (matrices / torch.clamp(size, newton_schulz.EPS)).to(narrow)
    found: torch.Tensor = newton_schulz.stepped(scaled, add_product)
    return found.to(x.dtype, memory_format=torch.contiguous_format).reshape(x.shape)


@cache
def _multiplies_bfloat16(device: str) -> bool:
    """Whether the device multiplies matrices of bfloat16 faster than others."""
    return device == "cuda" or (device == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _number(found: torch.Tensor) -> Value:
    """A plain number where that costs no wait and nobody asks for a derivative; the whole of a distributed one."""
    if _one_for_all(found) and not found.requires_grad:
        return float(found)
    whole: Callable[[], torch.Tensor] | None = getattr(found, "full_tensor", None)
    return found if whole is None else whole()


def start(equation: Equation, theta: torch.Tensor, hyperparameters: Mapping[str, Value]) -> dict[str, Value]:
    """The state before the first step: tensors like `theta`, and one number where it serves all elements."""
    stages = split(passes(equation).last)
    state: dict[str, Value] = {}
    known = {**hyperparameters, "theta": theta}
    for name, value in equation.state.items():
        first = known[value] if isinstance(value, str) else value
        # Adding lets a start that varies over the parameters broadcast; the dtype stays that of the parameter.
        state[name] = first if name in stages.step_state else (torch.zeros_like(theta) + first).to(theta.dtype)
    return state


def step(
    equation: Equation,
    theta: torch.Tensor,
    g: torch.Tensor,
    state: Mapping[str, Value],
    t: int,
    hyperparameters: Mapping[str, Value],
    leading: int = 0,
) -> tuple[torch.Tensor, dict[str, Value]]:
    """`theta` and the state after step `t` (from 1); nothing is changed in place.

    The first `leading` axes count tensors, which rules with norms tell apart; without them all is one tensor.
    """
    cut = passes(equation)
    stages = split(cut.last)
    numbers: dict[str, Value] = dict(hyperparameters)
    tensors: dict[str, Any] = {name: state[name] for name in stages.element_state}
    tensors |= {"theta": theta, "g": g}
    if cut.before:
        alike = {name: state[name] for name in stages.step_state}
        of_whole = over_tensors(theta, leading)
        for one in cut.before:
            _, arguments = _pass(split(one.equation), tensors, {}, t, {**numbers, **alike})
            for name, called in one.found.items():
                kept_in = tensors if called in MATRICES else numbers
                kept_in[name] = of_whole[called](arguments[name])
    taken, after = _pass(stages, tensors, state, t, numbers)
    return theta - taken, {name: after[name] for name in equation.state}


def _pass(
    stages: Stages,
    tensors: Mapping[str, torch.Tensor],
    state: Mapping[str, Value],
    t: int,
    numbers: Mapping[str, Value],
) -> tuple[Any, dict[str, Value]]:
    """The step, and every new state."""
    theta = tensors["theta"]
    shared, after = _per_step(stages, state, t, numbers, theta)
    names: dict[str, Any] = {**shared, **tensors}
    table = operations(theta.dtype, theta.device)
    for line in stages.per_element:
        names[line.name] = evaluate(line.expression, names, table)
    after |= {name: evaluate(value, names, table) for name, value in stages.element_state.items()}
    return evaluate(stages.step, names, table), after


def _per_step(
    stages: Stages, state: Mapping[str, Value], t: int, hyperparameters: Mapping[str, Value], theta: torch.Tensor
) -> tuple[dict[str, Any], dict[str, Value]]:
    """The values of one step, and the states that are one number: floats, or tensors if a hyperparameter is one."""
    names: dict[str, Any] = {**hyperparameters, "t": float(t)}
    names |= {name: state[name] for name in stages.step_state}
    if not any(isinstance(value, torch.Tensor) for value in names.values()):
        # numpy's scalars follow IEEE 754 where Python raises (a division by zero in a branch that is not taken).
        names = {name: np.float64(value) for name, value in names.items()}
        with np.errstate(all="ignore"):
            for line in stages.per_step:
                names[line.name] = evaluate(line.expression, names, reference.OPERATIONS)
            after = {k: float(evaluate(v, names, reference.OPERATIONS)) for k, v in stages.step_state.items()}
        return {name: float(names[name]) for name in stages.step_names}, dict(after)

    double = torch.float64
    table = operations(double, theta.device)
    names = {name: torch.as_tensor(value, dtype=double, device=theta.device) for name, value in names.items()}
    for line in stages.per_step:
        names[line.name] = evaluate(line.expression, names, table)
    after_step = {name: evaluate(value, names, table) for name, value in stages.step_state.items()}
    # A line of nothing but numbers is a number.
    known = {name: torch.as_tensor(names[name], dtype=double, device=theta.device) for name in stages.step_names}
    return {name: value.to(theta.dtype) for name, value in known.items()}, dict(after_step)
