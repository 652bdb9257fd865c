"""An equation with some settings fixed at a number, and without what thereby falls away: for reading, not running."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ravine.equations.differentiate import divide, minus, plus, power, times
from ravine.equations.equation import Assignment, Equation
from ravine.equations.expression import Apply, Expression, Name, Number, substitute
from ravine.errors import unknown

_BINARY: dict[str, Callable[[Expression, Expression], Expression]] = {
    "+": plus,
    "-": minus,
    "*": times,
    "/": divide,
    "**": power,
}


def fixed(equation: Equation, values: Mapping[str, float]) -> Equation:
    """The equation without the settings named in `values`; a line that only renames another name is left out too.

    Terms of zero, factors of one, and a choice between two equals are dropped, as in the derivatives of landscapes.
    Raises RavineError for a name that is no setting of the equation.
    """
    for name in values:
        if name not in equation.keywords:
            raise unknown(f"setting of {equation.name}", name, equation.keywords)
    known: dict[str, Expression] = {name: Number(float(value)) for name, value in values.items()}
    lines = []
    for line in equation.assignments:
        expression = simplified(substitute(line.expression, known))
        if isinstance(expression, Name | Number):
            known[line.name] = expression
        else:
            known.pop(line.name, None)
            lines.append(Assignment(line.name, expression))
    return replace(
        equation,
        state={name: values.get(str(start), start) for name, start in equation.state.items()},
        keywords={name: default for name, default in equation.keywords.items() if name not in values},
        assignments=tuple(lines),
        results=tuple(simplified(substitute(result, known)) for result in equation.results),
    )


def simplified(expression: Expression) -> Expression:
    """Without terms of zero, factors of one, choices between two equals, and what undoes itself."""
    match expression:
        case Apply("where", (condition, a, b)):
            a, b = simplified(a), simplified(b)
            return a if a == b else Apply("where", (condition, a, b))
        case Apply(operation, (a, b)) if operation in _BINARY:
            return _turned(_BINARY[operation](simplified(a), simplified(b)))
        case Apply(operation, arguments):
            return _turned(Apply(operation, tuple(simplified(argument) for argument in arguments)))
    return expression


def _turned(expression: Expression) -> Expression:
    """A power of nought, what stands in a function and its inverse, and the one of two that is known to be larger."""
    match expression:
        case Apply("/", (Number(1.0), Apply("/", (Number(1.0), inner)))) | Apply("exp", (Apply("log", (inner,)),)):
            return inner
        case Apply("**", (_, Number(0.0))):
            return Number(1.0)
        case Apply("maximum" | "minimum", (a, b)) if a == b:
            return a
        case Apply("maximum", (Number(a), Number(b))):
            return Number(max(a, b))
        case Apply("minimum", (Number(a), Number(b))):
            return Number(min(a, b))
        case Apply("minimum", (Name("t"), Number(least))) if least <= 1:  # steps are counted from 1
            return Number(least)
    return expression
