"""The small language that rules and landscapes are written in: straight-line scalar arithmetic.

A definition is a Python function whose body is assignments and one `return`. It is read with `ast` and never run, so
a formula typed by a stranger is as safe as a number. The names below exist so that definitions import what they use.
"""

from ravine.equations.differentiate import gradient
from ravine.equations.equation import Assignment, Equation
from ravine.equations.evaluate import evaluate
from ravine.equations.expression import Apply, Expression, Name, Number
from ravine.equations.formula import parse_formula
from ravine.equations.language import (
    FUNCTIONS,
    columns,
    cos,
    erf,
    erfc,
    exp,
    expm1,
    floor,
    log,
    log1p,
    max,
    maximum,
    mean,
    minimum,
    norm,
    orthogonalize,
    pi,
    rows,
    sign,
    sin,
    sqrt,
    sum,
    tanh,
    where,
)
from ravine.equations.parse import EquationError, is_name, parse_function
from ravine.equations.passes import Pass, Passes, over_tensors, passes, refuse_over_tensors
from ravine.equations.stages import Stages, split

__all__ = [
    "FUNCTIONS",
    "Apply",
    "Assignment",
    "Equation",
    "EquationError",
    "Expression",
    "Name",
    "Number",
    "Pass",
    "Passes",
    "Stages",
    "columns",
    "cos",
    "erf",
    "erfc",
    "evaluate",
    "exp",
    "expm1",
    "floor",
    "gradient",
    "is_name",
    "log",
    "log1p",
    "max",
    "maximum",
    "mean",
    "minimum",
    "norm",
    "orthogonalize",
    "over_tensors",
    "parse_formula",
    "parse_function",
    "passes",
    "pi",
    "refuse_over_tensors",
    "rows",
    "sign",
    "sin",
    "split",
    "sqrt",
    "sum",
    "tanh",
    "where",
]
