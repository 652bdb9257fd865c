"""Checks that are a line of arithmetic."""

from ravine.backends.numpy import OPERATIONS
from ravine.equations import evaluate, parse_formula


def value(of: str, **names: float) -> float:
    """The value of a formula in the equation language, as in of="lr / (1 - beta)"."""
    return float(evaluate(parse_formula(of, tuple(names)), names, OPERATIONS))


def rounds_to(of: str, to: float, digits: int = 2, **names: float) -> bool:
    """Whether the formula's value, rounded to `digits` decimals, is `to`."""
    return round(value(of, **names), digits) == to
