"""Exact derivatives of straight-line arithmetic, by the chain rule applied line by line (forward mode)."""

import math
from dataclasses import replace

from ravine.equations.equation import Assignment, Equation
from ravine.equations.expression import Apply, Expression, Name, Number

ZERO, ONE = Number(0.0), Number(1.0)
TWO_BY_ROOT_PI = Number(2 / math.sqrt(math.pi))


def gradient(equation: Equation) -> Equation:
    """The equation whose results are the derivatives of the first result by each input, in order.

    At a kink (`abs`, `maximum`, `where`) the derivative is that of the branch taken; `abs` and `sqrt` have 0 at 0.
    """
    slopes: dict[str, dict[str, Expression]] = {
        wrt: {name: ONE if name == wrt else ZERO for name in equation.parameters} for wrt in equation.inputs
    }
    lines: list[Assignment] = []
    for line in equation.assignments:
        derivatives = {wrt: derivative(line.expression, slopes[wrt]) for wrt in equation.inputs}
        for wrt, slope in derivatives.items():
            if isinstance(slope, Number | Name):
                slopes[wrt][line.name] = slope
            else:
                name = f"{line.name}_D{wrt}"
                lines.append(Assignment(name, slope))
                slopes[wrt][line.name] = Name(name)
        lines.append(line)
    results = tuple(derivative(equation.results[0], slopes[wrt]) for wrt in equation.inputs)
    return replace(equation, name=f"{equation.name}_Gradient", assignments=tuple(lines), results=results)


def derivative(expression: Expression, slopes: dict[str, Expression]) -> Expression:
    """The derivative of `expression`, where `slopes` gives the derivative of each name."""
    match expression:
        case Number():
            return ZERO
        case Name(id):
            return slopes[id]
        case Apply("where", (condition, a, b)):
            da, db = derivative(a, slopes), derivative(b, slopes)
            return da if da == db else Apply("where", (condition, da, db))
        case Apply(operation, (u,)):
            return times(_outer(operation, u, expression), derivative(u, slopes))
        case Apply(operation, (a, b)):
            return _binary(operation, a, b, derivative(a, slopes), derivative(b, slopes), expression)
    raise AssertionError(expression)


def _outer(operation: str, u: Expression, whole: Expression) -> Expression:
    """f'(u) for a function of one argument; `whole` is f(u)."""
    match operation:
        case "neg":
            return Number(-1.0)
        case "sqrt":
            # At 0 the root has no slope; 0 there keeps the tip of a cone from becoming NaN.
            return Apply("where", (Apply(">", (u, ZERO)), divide(Number(0.5), whole), ZERO))
        case "abs":
            return Apply("sign", (u,))
        case "exp":
            return whole
        case "log":
            return divide(ONE, u)
        case "sin":
            return Apply("cos", (u,))
        case "cos":
            return negative(Apply("sin", (u,)))
        case "tanh":
            return minus(ONE, power(whole, Number(2.0)))
        case "erf":
            return times(TWO_BY_ROOT_PI, _bell(u))
        case "erfc":
            return negative(times(TWO_BY_ROOT_PI, _bell(u)))
        case "expm1":
            return Apply("exp", (u,))
        case "log1p":
            return divide(ONE, plus(ONE, u))
        case "sign" | "floor":
            return ZERO
    raise AssertionError(operation)


def _bell(u: Expression) -> Expression:
    return Apply("exp", (negative(power(u, Number(2.0))),))


def _binary(
    operation: str, a: Expression, b: Expression, da: Expression, db: Expression, whole: Expression
) -> Expression:
    match operation:
        case "+":
            return plus(da, db)
        case "-":
            return minus(da, db)
        case "*":
            return plus(times(da, b), times(a, db))
        case "/":
            return divide(minus(da, times(whole, db)), b)
        case "**":
            return _power(a, b, da, db, whole)
        case "maximum":
            return da if da == db else Apply("where", (Apply(">=", (a, b)), da, db))
        case "minimum":
            return da if da == db else Apply("where", (Apply("<=", (a, b)), da, db))
    raise AssertionError(operation)


def _power(a: Expression, b: Expression, da: Expression, db: Expression, whole: Expression) -> Expression:
    by_base = times(times(b, power(a, minus(b, ONE))), da)
    if db == ZERO:
        return by_base
    return plus(by_base, times(times(whole, Apply("log", (a,))), db))


# The arithmetic below drops zeros and ones, so that derivatives stay as short as a person would write them.


def plus(a: Expression, b: Expression) -> Expression:
    if a == ZERO:
        return b
    return a if b == ZERO else Apply("+", (a, b))


def minus(a: Expression, b: Expression) -> Expression:
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value - b.value + 0.0)  # a slope of nought has no sign
    if a == ZERO:
        return negative(b)
    return a if b == ZERO else Apply("-", (a, b))


def times(a: Expression, b: Expression) -> Expression:
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value * b.value + 0.0)
    if ZERO in (a, b):
        return ZERO
    if a == Number(-1.0):
        return negative(b)
    if b == Number(-1.0):
        return negative(a)
    if a == ONE:
        return b
    return a if b == ONE else Apply("*", (a, b))


def divide(a: Expression, b: Expression) -> Expression:
    if a == ZERO:
        return ZERO
    return a if b == ONE else Apply("/", (a, b))


def power(a: Expression, b: Expression) -> Expression:
    return a if b == ONE else Apply("**", (a, b))


def negative(a: Expression) -> Expression:
    if isinstance(a, Number):
        return Number(-a.value + 0.0)
    return Apply("neg", (a,))
