"""Writes an expression in a language with infix operators; the languages differ in a few templates."""

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign

from ravine.backends.spelling import value
from ravine.equations.expression import Apply, Expression, Name, Number, integer_power

_BINDING = {"<": 1, "<=": 1, ">": 1, ">=": 1, "==": 1, "!=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "neg": 4}
_POWER = 5
_ATOM = 9


@dataclass(frozen=True)
class Infix:
    """A language: how it writes a number, its names of functions (of operators too, if there are), its `where`.

    power_operator: whether it writes a power as `**`; else a literal power of 2 to 4 is a call of power2 to power4.
    spell: how it writes a name.
    """

    number: Callable[[float], str]
    functions: dict[str, str]
    where: str
    power_operator: bool = False
    spell: Callable[[str], str] = value

    def write(self, expression: Expression) -> str:
        """The expression as text. Brackets keep the order of evaluation, so that rounding is the same everywhere."""
        return self._write(expression)[0]

    def _write(self, expression: Expression) -> tuple[str, int]:
        match expression:
            case Number(number):
                return self.number(number), _ATOM if copysign(1, number) > 0 else _BINDING["neg"]
            case Name(id):
                return self.spell(id), _ATOM
            case Apply("where", (condition, a, b)):
                return self.where.format(*(self.write(part) for part in (condition, a, b))), _ATOM
            case Apply("neg", (a,)):
                return f"-{self._bracketed(a, _BINDING['neg'] + 1)}", _BINDING["neg"]
            case Apply(operation, (a, b)) if operation in _BINDING and operation not in self.functions:
                binding = _BINDING[operation]
                # The right side is bracketed at equal binding: a - (b - c) and a * (b * c) stay as they are.
                left, right = self._bracketed(a, binding), self._bracketed(b, binding + 1)
                return f"{left} {operation} {right}", binding
            case Apply("**", (a, b)) if self.power_operator:
                # Powers bind tighter than a sign on their left and group from the right.
                return f"{self._bracketed(a, _POWER + 1)}**{self._bracketed(b, _BINDING['neg'])}", _POWER
            case Apply(operation, arguments):
                if power := integer_power(expression):
                    base, exponent = power
                    return f"power{exponent}({self.write(base)})", _ATOM
                return f"{self.functions[operation]}({', '.join(map(self.write, arguments))})", _ATOM
        raise AssertionError(expression)

    def _bracketed(self, expression: Expression, binding: int) -> str:
        text, own = self._write(expression)
        return text if own >= binding else f"({text})"
