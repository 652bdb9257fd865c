"""An expression is a number, a name, or an operation applied to expressions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import copysign


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A literal; always a float, as in every language that the equation is written out to. -0.0 is not equal to 0.0."""

    value: float

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self._bits)

    @property
    def _bits(self) -> tuple[float, float]:
        return self.value, copysign(1.0, self.value)


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, a state, a hyperparameter or an earlier assignment."""

    id: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator (`+`), a comparison (`<`), the sign change (`neg`) or a function (`sqrt`), with its arguments."""

    operation: str
    arguments: tuple["Expression", ...]


Expression = Number | Name | Apply


def names_in(expression: Expression) -> Iterator[str]:
    """Every name that the expression reads, in order, with repetitions."""
    match expression:
        case Name(id):
            yield id
        case Apply(_, arguments):
            for argument in arguments:
                yield from names_in(argument)


def substitute(expression: Expression, values: Mapping[str, "Expression"]) -> Expression:
    """The expression with each name in `values` replaced; other names stay."""
    match expression:
        case Name(id):
            return values.get(id, expression)
        case Apply(operation, arguments):
            return Apply(operation, tuple(substitute(argument, values) for argument in arguments))
    return expression


def integer_power(expression: Expression) -> tuple[Expression, int] | None:
    """(base, n) where the expression is base**n with a literal n of 2, 3 or 4.

    These are products in every backend (x*x, x*x*x, (x*x)*(x*x)): libraries round `pow` differently, products alike.
    """
    match expression:
        case Apply("**", (base, Number(2.0 | 3.0 | 4.0 as exponent))):
            return base, int(exponent)
    return None
