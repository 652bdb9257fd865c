"""Runs an expression over any kind of number: what `+` and `sqrt` mean is the caller's table."""

from collections.abc import Callable, Mapping
from typing import Any

from ravine.equations.expression import Apply, Expression, Name, Number, integer_power

Operations = Mapping[str, Callable[..., Any]]


def evaluate(expression: Expression, names: Mapping[str, Any], operations: Operations) -> Any:
    """The value of `expression`, with `names` bound and `operations` giving every operator and function."""
    match expression:
        case Number(value):
            return value
        case Name(id):
            return names[id]
        case Apply(operation, arguments):
            if power := integer_power(expression):
                base, exponent = power
                return _product(evaluate(base, names, operations), exponent, operations["*"])
            return operations[operation](*(evaluate(argument, names, operations) for argument in arguments))


def _product(base: Any, exponent: int, multiply: Callable[[Any, Any], Any]) -> Any:
    square = multiply(base, base)
    if exponent == 2:
        return square
    return multiply(square, base if exponent == 3 else square)
