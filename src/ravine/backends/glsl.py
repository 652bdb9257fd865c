"""GLSL ES 3.00 (WebGL2), in 32-bit floats: a function of one element that returns the step and updates the state.

Tolerance: float32 rounds at 6e-8, and `1 - beta2**t` loses the leading digits of a beta near 1, so that the first
steps of a bias-corrected rule carry about 1e-4. RAdam's turn at rho > 5 comes out wrong at beta2 = 0.999: there rho is
nearer to 5 than such an error. A shader that needs better is given these numbers: `equations.split` tells which.
"""

from ravine.backends import missing
from ravine.backends.infix import Infix
from ravine.backends.spelling import function, value
from ravine.equations.equation import Equation
from ravine.equations.expression import Name
from ravine.equations.language import FUNCTIONS
from ravine.equations.passes import refuse_over_tensors

_FUNCTIONS = {
    **{name: name for name, arguments in FUNCTIONS.items() if arguments == 1},
    "tanh": "tanh_of",  # a driver's own may overflow, and loses the digits of a small result
    "**": "power",
    "maximum": "max",
    "minimum": "min",
}


def _number(number: float) -> str:
    text = repr(number)
    return text if "." in text or "e" in text else f"{text}.0"


INFIX = Infix(number=_number, functions=_FUNCTIONS, where="({0} ? {1} : {2})")


def declared(name: str) -> str:
    """The name as a parameter, or as a variable that begins here."""
    return f"float {value(name)}"


def write(equation: Equation) -> str:
    """A function of the equation's parameters in order; states are `inout`. Two results become a vec2.

    Its name is `spelling.function` of the equation's. Raises RavineError for a rule with norms.
    """
    refuse_over_tensors(equation, "GLSL")
    return _write(equation, function(equation.name))


def _write(equation: Equation, called: str) -> str:
    states = [f"inout float {value(name)}" for name in equation.state]
    parameters = [*map(declared, equation.inputs), *states, *map(declared, equation.keywords)]
    lines = []
    known = set(equation.parameters)
    for line in equation.assignments:
        left = value(line.name) if line.name in known else declared(line.name)
        known.add(line.name)
        lines.append(f"  {left} = {INFIX.write(line.expression)};")

    results = [INFIX.write(result) for result in equation.results]
    kind = "float"
    if equation.state:
        # The step is taken before the states change; a state that already bears its new value needs no line.
        lines.append(f"  float taken_S = {results[0]};")
        fresh = [(name, new) for name, new in zip(map(value, equation.state), results[1:], strict=True) if name != new]
        lines += [f"  float {name}_S = {new};" for name, new in fresh]
        lines += [f"  {name} = {name}_S;" for name, _ in fresh]
        returned = "taken_S"
    elif len(results) == 2:
        kind, returned = "vec2", f"vec2({results[0]}, {results[1]})"
    else:
        returned = results[0]
    body = "\n".join([*lines, f"  return {returned};"])
    return f"{kind} {called}({', '.join(parameters)}) {{\n{body}\n}}\n"


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
""" + "".join(_write(equation, _FUNCTIONS[name]) for name, equation in missing.FUNCTIONS.items())


def write_gradient_point(equation: Equation) -> str:
    """A function of `theta`, the states and the keywords: where the rule wants its gradient, mostly `theta`."""
    parameters = ", ".join(map(declared, ("theta", *equation.state, *equation.keywords)))
    point = INFIX.write(equation.gradient_at or Name("theta"))
    return f"float {function(equation.name, 'Point')}({parameters}) {{\n  return {point};\n}}\n"
