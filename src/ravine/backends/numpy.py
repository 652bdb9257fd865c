"""numpy in float64: the reference that every other backend is measured against. It runs the lines as they stand."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravine.equations.equation import Equation
from ravine.equations.evaluate import Evaluation, Operations, evaluate, evaluation

Array = NDArray[Any]


def _of_c(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of the C library's that numpy lacks."""
    each = np.vectorize(function, otypes=[np.float64])
    return lambda x: each(x)[()]


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
}


def start(equation: Equation, theta: Array, hyperparameters: Mapping[str, Any]) -> dict[str, Array]:
    """The state before the first step, one value for each element of `theta`."""
    known = {**hyperparameters, "theta": theta}
    return {
        name: np.zeros_like(theta) + (known[value] if isinstance(value, str) else value)
        for name, value in equation.state.items()
    }


def run(equation: Equation, names: Mapping[str, Any]) -> list[Any]:
    """The results of the equation, with every parameter in `names`. Overflow gives inf and 0/0 gives NaN, quietly."""
    bound = dict(names)
    lines, results = _evaluations(equation)
    with np.errstate(all="ignore"):
        for name, value in lines:
            bound[name] = value(bound)
        return [result(bound) for result in results]


@lru_cache(maxsize=512)
def _evaluations(equation: Equation) -> tuple[list[tuple[str, Evaluation]], list[Evaluation]]:
    """The equation's lines and results, walked once: a descent runs them at every step."""
    lines = [(line.name, evaluation(line.expression, OPERATIONS)) for line in equation.assignments]
    return lines, [evaluation(result, OPERATIONS) for result in equation.results]


def step(
    equation: Equation,
    theta: Array,
    g: Array,
    state: Mapping[str, Array],
    t: int,
    hyperparameters: Mapping[str, Any],
) -> tuple[Array, dict[str, Array]]:
    """`theta` and the state after step `t` (from 1), given the gradient `g`; arrays of one shape.

    Hyperparameters are numbers, or arrays that broadcast against `theta`.
    """
    results = run(equation, {**hyperparameters, **state, "theta": theta, "g": g, "t": np.float64(t)})
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
