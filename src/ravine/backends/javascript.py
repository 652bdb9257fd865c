"""JavaScript: a pure function of one element, with the arithmetic of the reference to the bit where both use it.

Tolerance: exp, log, sin, cos, tanh, expm1, log1p and pow are the engine's own, erf and erfc are Cody's approximations:
each is within 2e-15 of C's, relatively.
"""

from ravine.backends import missing
from ravine.backends.infix import Infix
from ravine.equations.equation import Equation
from ravine.equations.expression import Name
from ravine.equations.language import FUNCTIONS

# What `Math` lacks. Math.sign(NaN), Math.max and ** follow IEEE 754 as numpy's do.
OWN = ("erfc", "erf")

_FUNCTIONS = {
    **{name: f"Math.{name}" for name, arguments in FUNCTIONS.items() if arguments == 1},
    **{name: name for name in OWN},
    "**": "Math.pow",
    "maximum": "Math.max",
    "minimum": "Math.min",
}


def _number(value: float) -> str:
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


INFIX = Infix(number=_number, functions=_FUNCTIONS, where="({0} ? {1} : {2})")


def write(equation: Equation) -> str:
    """A function of the equation's parameters in order. It returns the value, or a list where there are several."""
    names = ", ".join(equation.parameters)
    parameters = set(equation.parameters)
    lines = []
    declared: set[str] = set()
    for line in equation.assignments:
        keyword = "" if line.name in parameters or line.name in declared else "let "
        declared.add(line.name)
        lines.append(f"  {keyword}{line.name} = {INFIX.write(line.expression)};")
    results = [INFIX.write(result) for result in equation.results]
    returned = results[0] if len(results) == 1 else f"[{', '.join(results)}]"
    body = "\n".join([*lines, f"  return {returned};"])
    return f"function {equation.name}({names}) {{\n{body}\n}}\n"


# Powers 2 to 4 are products (see integer_power).
PRELUDE = """\
const power2 = (x) => x * x;
const power3 = (x) => x * x * x;
const power4 = (x) => (x * x) * (x * x);
""" + "".join(write(missing.FUNCTIONS[name]) for name in OWN)


def write_gradient_point(equation: Equation) -> str:
    """A function of `theta`, the states and the keywords: where the rule wants its gradient, mostly `theta`."""
    names = ", ".join(("theta", *equation.state, *equation.keywords))
    point = INFIX.write(equation.gradient_at or Name("theta"))
    return f"function {equation.name}_gradient_point({names}) {{\n  return {point};\n}}\n"


def write_parts(equation: Equation) -> str:
    """A function of the same parameters: the value of each of the equation's `parts`, in a list."""
    assigned = [line.name for line in equation.assignments]
    fresh = [name for name in dict.fromkeys(assigned) if name not in equation.parameters]
    declared = f"  let {', '.join(fresh)};\n" if fresh else ""
    # The elements of a list are evaluated in order, so that each assignment sees those before it.
    values = [INFIX.write(part.expression) for part in equation.parts()]
    values[: len(assigned)] = [f"{name} = {value}" for name, value in zip(assigned, values, strict=False)]
    listed = "".join(f"    {value},\n" for value in values)
    return (
        f"function {equation.name}_parts({', '.join(equation.parameters)}) {{\n{declared}  return [\n{listed}  ];\n}}\n"
    )
