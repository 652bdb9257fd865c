"""numpy in float64: the reference that every other backend is measured against. It runs the lines as they stand."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravine.backends import newton_schulz
from ravine.equations.equation import Equation
from ravine.equations.evaluate import Evaluation, Operations, evaluate, evaluation

Array = NDArray[Any]


def _of_c(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of the C library's that numpy lacks."""
    each = np.vectorize(function, otypes=[np.float64])
    return lambda x: each(x)[()]


def over_tensors(leading: int) -> Operations:
    """The functions of a whole tensor, for arrays whose first `leading` axes count tensors; a number keeps its axes."""

    def axes(x: Array) -> tuple[int, ...]:
        return tuple(range(leading, np.ndim(x)))

    def reduced(function: Callable[..., Array]) -> Callable[[Array], Array]:
        def of(x: Array) -> Array:
            if not np.size(x):  # of nothing, all are 0
                return np.zeros([1 if axis in axes(x) else n for axis, n in enumerate(np.shape(x))])
            return np.asarray(function(x, axis=axes(x), keepdims=True))

        return of

    def norm(x: Array, **over: Any) -> Array:
        return np.asarray(np.sqrt(np.sum(np.abs(x) ** 2, **over)))

    def orthogonalized(x: Array) -> Array:
        matrices = np.reshape(x, (*x.shape[:leading], *newton_schulz.as_matrix(x.shape[leading:])))
        found = newton_schulz.orthogonalized(matrices, norm(matrices, axis=(-2, -1), keepdims=True), np.maximum)
        return np.asarray(np.reshape(found, x.shape))

    return {
        "norm": reduced(norm),
        "mean": reduced(np.mean),
        "sum": reduced(np.sum),
        "max": reduced(np.max),
        "rows": lambda x: newton_schulz.extent(np.shape(x)[leading:])[0],
        "columns": lambda x: newton_schulz.extent(np.shape(x)[leading:])[1],
        "orthogonalize": orthogonalized,
    }


OPERATIONS: Operations = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "neg": np.negative,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "erf": _of_c(math.erf),
    "erfc": _of_c(math.erfc),
    "expm1": np.expm1,
    "log1p": np.log1p,
    "sign": np.sign,
    "floor": np.floor,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": np.where,
    **over_tensors(0),
}


def start(equation: Equation, theta: Array, hyperparameters: Mapping[str, Any]) -> dict[str, Array]:
    """The state before the first step, one value for each element of `theta`."""
    known = {**hyperparameters, "theta": theta}
    return {
        name: np.zeros_like(theta) + (known[value] if isinstance(value, str) else value)
        for name, value in equation.state.items()
    }


def run(equation: Equation, names: Mapping[str, Any], leading: int = 0) -> list[Any]:
    """The results of the equation, with every parameter in `names`. Overflow gives inf and 0/0 gives NaN, quietly.

    leading: how many axes at the front count tensors, where there is more than one.
    """
    bound = dict(names)
    lines, results = _evaluations(equation, leading)
    with np.errstate(all="ignore"):
        for name, value in lines:
            bound[name] = value(bound)
        return [result(bound) for result in results]


@lru_cache(maxsize=512)
def _evaluations(equation: Equation, leading: int) -> tuple[list[tuple[str, Evaluation]], list[Evaluation]]:
    """The equation's lines and results, walked once: a descent runs them at every step."""
    table = {**OPERATIONS, **over_tensors(leading)}
    lines = [(line.name, evaluation(line.expression, table)) for line in equation.assignments]
    return lines, [evaluation(result, table) for result in equation.results]


def step(
    equation: Equation,
    theta: Array,
    g: Array,
    state: Mapping[str, Array],
    t: int,
    hyperparameters: Mapping[str, Any],
    leading: int = 0,
) -> tuple[Array, dict[str, Array]]:
    """`theta` and the state after step `t` (from 1), given the gradient `g`; arrays of one shape.

    Hyperparameters are numbers, or arrays that broadcast against `theta`. The first `leading` axes count tensors, which
    rules with norms tell apart; without them all is one tensor.
    """
    results = run(equation, {**hyperparameters, **state, "theta": theta, "g": g, "t": np.float64(t)}, leading)
    return theta - results[0], dict(zip(equation.state, results[1:], strict=True))


def gradient_point(
    equation: Equation, theta: Array, state: Mapping[str, Array], t: int, hyperparameters: Mapping[str, Any]
) -> Array:
    """Where the rule wants its gradient: `theta`, unless the rule looks ahead."""
    if equation.gradient_at is None:
        return theta
    names = {**hyperparameters, **state, "theta": theta, "t": np.float64(t)}
    with np.errstate(all="ignore"):
        return np.asarray(evaluate(equation.gradient_at, names, OPERATIONS))
