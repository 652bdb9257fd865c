"""Runs an expression over any kind of number: what `+` and `sqrt` mean is the caller's table."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from ravine.equations.expression import Apply, Expression, Name, Number, integer_power

Operations = Mapping[str, Callable[..., Any]]
Evaluation = Callable[[Mapping[str, Any]], Any]


def evaluate(expression: Expression, names: Mapping[str, Any], operations: Operations) -> Any:
    """The value of `expression`, with `names` bound and `operations` giving every operator and function."""
    return evaluation(expression, operations)(names)


def evaluation(expression: Expression, operations: Operations) -> Evaluation:
    """`evaluate` for many names to come: the expression is walked once, and what is left are its operations."""
    match expression:
        case Number(value):
            return lambda names: value
        case Name(id):
            return itemgetter(id)
        case Apply(operation, arguments):
            if power := integer_power(expression):
                base, exponent = power
                return _power(evaluation(base, operations), exponent, operations["*"])
            return _applied(operations[operation], [evaluation(argument, operations) for argument in arguments])


def _applied(operation: Callable[..., Any], arguments: list[Evaluation]) -> Evaluation:
    match arguments:
        case [only]:
            return lambda names: operation(only(names))
        case [left, right]:
            return lambda names: operation(left(names), right(names))
    return lambda names: operation(*(argument(names) for argument in arguments))


def _power(base: Evaluation, exponent: int, multiply: Callable[[Any, Any], Any]) -> Evaluation:
    def product(names: Mapping[str, Any]) -> Any:
        value = base(names)
        square = multiply(value, value)
        if exponent == 2:
            return square
        return multiply(square, value if exponent == 3 else square)

    return product
