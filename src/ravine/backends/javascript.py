"""JavaScript: a pure function of one element, with the arithmetic of the reference to the bit where both use it.

Tolerance: exp, log, sin, cos, tanh, expm1, log1p and pow are the engine's own, erf and erfc are Cody's approximations:
each is within 2e-15 of C's, relatively.
"""

from collections.abc import Iterable
from math import copysign

from ravine.backends import javascript_tensor, missing
from ravine.backends.infix import Infix
from ravine.backends.spelling import function, value
from ravine.equations.equation import Equation
from ravine.equations.expression import Name
from ravine.equations.language import FUNCTIONS
from ravine.equations.passes import over_tensors

# What `Math` lacks. Math.max follows IEEE 754 as numpy's does; Math.pow does not for powers of one; Math.sign(-0) is -0
OWN = ("erfc", "erf")

_FUNCTIONS = {
    **{name: f"Math.{name}" for name, arguments in FUNCTIONS.items() if arguments == 1},
    **{name: name for name in OWN},
    "sign": "sign",
    "**": "power",
    "maximum": "Math.max",
    "minimum": "Math.min",
}


def _number(number: float) -> str:
    whole = number.is_integer() and abs(number) < 1e15 and (number or copysign(1, number) > 0)  # -0.0 is not 0
    return repr(int(number)) if whole else repr(number)


INFIX = Infix(number=_number, functions=_FUNCTIONS, where="({0} ? {1} : {2})")


def _function(called: str, parameters: Iterable[str], body: str) -> str:
    return f"function {called}({', '.join(map(value, parameters))}) {{\n{body}\n}}\n"


def write(equation: Equation) -> str:
    """A function of the equation's parameters in order. It returns the value, or a list where there are several.

    Its name is `spelling.function` of the equation's. A rule with norms is a function of whole tensors instead
    (ravine.backends.javascript_tensor).
    """
    if over_tensors(equation):
        return javascript_tensor.write(equation, INFIX)
    return _write(equation, function(equation.name))


def _write(equation: Equation, called: str) -> str:
    parameters = set(equation.parameters)
    lines = []
    declared: set[str] = set()
    for line in equation.assignments:
        keyword = "" if line.name in parameters or line.name in declared else "let "
        declared.add(line.name)
        lines.append(f"  {keyword}{value(line.name)} = {INFIX.write(line.expression)};")
    results = [INFIX.write(result) for result in equation.results]
    returned = results[0] if len(results) == 1 else f"[{', '.join(results)}]"
    return _function(called, equation.parameters, "\n".join([*lines, f"  return {returned};"]))


# Powers 2 to 4 are products (see integer_power).
PRELUDE = (
    """\
const power2 = (x) => x * x;
const power3 = (x) => x * x * x;
const power4 = (x) => (x * x) * (x * x);
const sign = (x) => Math.sign(x) + 0;
const power = (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y));
"""
    + javascript_tensor.PRELUDE
    + "".join(_write(missing.FUNCTIONS[name], name) for name in OWN)
)


def write_gradient_point(equation: Equation) -> str:
    """A function of `theta`, the states and the keywords: where the rule wants its gradient, mostly `theta`."""
    point = INFIX.write(equation.gradient_at or Name("theta"))
    called = function(equation.name, "Point")
    return _function(called, ("theta", *equation.state, *equation.keywords), f"  return {point};")


def write_parts(equation: Equation) -> str:
    """A function of the same parameters: the value of each of the equation's `parts`, in a list."""
    if over_tensors(equation):
        return javascript_tensor.write_parts(equation, INFIX)
    assigned = [line.name for line in equation.assignments]
    fresh = [value(name) for name in dict.fromkeys(assigned) if name not in equation.parameters]
    declared = f"  let {', '.join(fresh)};\n" if fresh else ""
    # The elements of a list are evaluated in order, so that each assignment sees those before it.
    values = [INFIX.write(part.expression) for part in equation.parts()]
    values[: len(assigned)] = [f"{value(name)} = {text}" for name, text in zip(assigned, values, strict=False)]
    listed = "".join(f"    {text},\n" for text in values)
    called = function(equation.name, "Parts")
    return _function(called, equation.parameters, f"{declared}  return [\n{listed}  ];")
