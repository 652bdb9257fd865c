"""The equation language itself: what a person would write in a rule's file, also for rules made from others."""

from math import copysign

from ravine.backends.infix import Infix
from ravine.equations.equation import Equation
from ravine.equations.language import FUNCTIONS, OVER_TENSORS, pi


def _number(value: float) -> str:
    if value == pi:
        return "pi"
    whole = value.is_integer() and abs(value) < 1e15 and (value or copysign(1, value) > 0)  # -0.0 is not 0
    return repr(int(value)) if whole else repr(value)


INFIX = Infix(
    number=_number,
    functions={name: name for name in (*FUNCTIONS, *OVER_TENSORS)},
    where="where({0}, {1}, {2})",
    power_operator=True,
    spell=str,
)


def write(equation: Equation) -> str:
    """A function that `parse_function` reads back as the same equation."""
    parameters = list(equation.inputs)
    parameters += [f"{name}={start!r}" for name, start in equation.state.items()]
    parameters += ["*"] if equation.keywords else []
    parameters += [name if value is None else f"{name}={value!r}" for name, value in equation.keywords.items()]
    lines = [f"def {equation.name}({', '.join(parameters)}):"]
    lines += [f"    {line.name} = {INFIX.write(line.expression)}" for line in equation.assignments]
    return "\n".join([*lines, f"    return {', '.join(map(INFIX.write, equation.results))}"]) + "\n"
