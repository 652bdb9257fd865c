"""The words of the language: operators, comparisons and functions, each with its number of arguments."""

import ast
from typing import Any

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}

FUNCTIONS: dict[str, int] = {
    "sqrt": 1,
    "abs": 1,
    "exp": 1,
    "log": 1,
    "sin": 1,
    "cos": 1,
    "tanh": 1,
    "erf": 1,
    "erfc": 1,
    "expm1": 1,
    "log1p": 1,
    "sign": 1,
    "floor": 1,
    "maximum": 2,
    "minimum": 2,
    "where": 3,
}

# Of all numbers of a tensor together, in rules alone: one number, or (of a matrix) another tensor.
REDUCTIONS: tuple[str, ...] = ("norm", "mean", "sum", "max", "rows", "columns")
MATRICES: tuple[str, ...] = ("orthogonalize",)
OVER_TENSORS = (*REDUCTIONS, *MATRICES)

pi = 3.141592653589793

CONSTANTS: dict[str, float] = {"pi": pi}

ALLOWED = f"allowed: + - * / **, numbers, names and {', '.join(FUNCTIONS)}"


def _word(*_: Any) -> Any:
    raise TypeError("this word belongs to an equation, which Ravine reads and never runs; use numpy's function here")


# Definitions import these, so that editors, linters and readers know where the words come from.
sqrt = exp = log = sin = cos = sign = floor = maximum = minimum = where = _word
tanh = erf = erfc = expm1 = log1p = _word
norm = mean = sum = max = rows = columns = orthogonalize = _word
