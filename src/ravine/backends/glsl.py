"""GLSL ES 3.00 (WebGL2), in 32-bit floats: a function of one element that returns the step and updates the state.

Tolerance: float32 rounds at 6e-8, and `1 - beta2**t` loses the leading digits of a beta near 1, so that the first
steps of a bias-corrected rule carry about 1e-4. RAdam's turn at rho > 5 comes out wrong at beta2 = 0.999: there rho is
nearer to 5 than such an error. A shader that needs better is given these numbers: `equations.split` tells which.
"""

from dataclasses import replace

from ravine.backends import missing
from ravine.backends.infix import Infix
from ravine.equations.equation import Equation
from ravine.equations.expression import Name
from ravine.equations.language import FUNCTIONS

_FUNCTIONS = {
    **{name: name for name, arguments in FUNCTIONS.items() if arguments == 1},
    "tanh": "tanh_of",  # a driver's own may overflow, and loses the digits of a small result
    "**": "power",
    "maximum": "max",
    "minimum": "min",
}


def _number(value: float) -> str:
    text = repr(value)
    return text if "." in text or "e" in text else f"{text}.0"


INFIX = Infix(number=_number, functions=_FUNCTIONS, where="({0} ? {1} : {2})")


def write(equation: Equation) -> str:
    """A function of the equation's parameters in order; states are `inout`. Two results become a vec2."""
    states = [f"inout float {name}" for name in equation.state]
    others = [f"float {name}" for name in equation.keywords]
    parameters = [*(f"float {name}" for name in equation.inputs), *states, *others]
    lines = []
    declared = set(equation.parameters)
    for line in equation.assignments:
        keyword = "" if line.name in declared else "float "
        declared.add(line.name)
        lines.append(f"  {keyword}{line.name} = {INFIX.write(line.expression)};")

    results = [INFIX.write(result) for result in equation.results]
    kind = "float"
    if equation.state:
        # The step is taken before the states change; a state that already bears its new value needs no line.
        lines.append(f"  float taken_S = {results[0]};")
        fresh = list(zip(equation.state, results[1:], strict=True))
        lines += [f"  float {name}_S = {value};" for name, value in fresh if name != value]
        lines += [f"  {name} = {name}_S;" for name, value in fresh if name != value]
        returned = "taken_S"
    elif len(results) == 2:
        kind, returned = "vec2", f"vec2({results[0]}, {results[1]})"
    else:
        returned = results[0]
    body = "\n".join([*lines, f"  return {returned};"])
    return f"{kind} {equation.name}({', '.join(parameters)}) {{\n{body}\n}}\n"


# pow(x, y) is undefined for x < 0 and for 0**0 in GLSL; `power` follows IEEE 754 for the exponents that have a value.
PRELUDE = """\
float power2(float x) { return x * x; }
float power3(float x) { return x * x * x; }
float power4(float x) { return (x * x) * (x * x); }
float power(float x, float y) {
  if (y == 0.0) return 1.0;
  float size = pow(abs(x), y);
  if (x >= 0.0) return size;
  if (y != floor(y)) return sqrt(-1.0);
  return mod(y, 2.0) == 0.0 ? size : -size;
}
""" + "".join(write(replace(equation, name=_FUNCTIONS[name])) for name, equation in missing.FUNCTIONS.items())


def write_gradient_point(equation: Equation) -> str:
    """A function of `theta`, the states and the keywords: where the rule wants its gradient, mostly `theta`."""
    names = ", ".join(f"float {name}" for name in ("theta", *equation.state, *equation.keywords))
    point = INFIX.write(equation.gradient_at or Name("theta"))
    return f"float {equation.name}_gradient_point({names}) {{\n  return {point};\n}}\n"
