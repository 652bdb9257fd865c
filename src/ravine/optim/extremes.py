"""Squares, in the order in which PyTorch's kernels take them, so that a gradient of 1e19 is no infinity in float32.

Of `a * x**2` the equation's own order is the square first, which leaves float32 above 1.8e19; PyTorch's is (a x) x, so
that what leaves the format is the product. In `s - m**2` its kernels round once, so that of an infinite s an infinity
remains; two roundings make NaN of it where m² has left the format too.
"""

from dataclasses import replace

from ravine.equations import Apply, Assignment, Equation, Expression, Name, Number


def as_torch_squares(equation: Equation) -> Equation:
    """The same equation, to rounding where its numbers are of ordinary size."""
    return replace(
        equation,
        assignments=tuple(Assignment(line.name, _rewritten(line.expression)) for line in equation.assignments),
        results=tuple(map(_rewritten, equation.results)),
    )


def _rewritten(expression: Expression) -> Expression:
    match expression:
        case Apply("*", (factor, Apply("**", (Name() as base, Number(2.0))))):
            return Apply("*", (Apply("*", (_rewritten(factor), base)), base))
        case Apply("-", (Name() as whole, Apply("**", (Name(), Number(2.0))))):
            finite = Apply("==", (Apply("-", (whole, whole)), Number(0.0)))
            return Apply("where", (finite, expression, whole))
        case Apply(operation, arguments):
            return Apply(operation, tuple(map(_rewritten, arguments)))
    return expression
