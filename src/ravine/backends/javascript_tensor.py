"""JavaScript of a rule with norms: a function of all elements of a small tensor, such as the two numbers of the plane.

The arithmetic is that of `ravine.backends.javascript`; sums are taken in the order of the elements.
"""

from collections.abc import Iterable, Sequence

from ravine.backends.infix import Infix
from ravine.backends.spelling import function, value
from ravine.equations.equation import Assignment, Equation
from ravine.equations.expression import Name
from ravine.equations.language import MATRICES
from ravine.equations.passes import over_tensors, passes
from ravine.errors import RavineError

# X: the argument at each element. A tensor of two numbers is a vector, that is a matrix of one column.
PRELUDE = """\
const over = {
  sum: (X) => X.reduce((a, b) => a + b, 0),
  norm: (X) => Math.sqrt(over.sum(X.map((x) => x * x))),
  mean: (X) => over.sum(X) / X.length,
  max: (X) => Math.max(...X),
  rows: (X) => X.length,
  columns: () => 1,
};
"""


def write(equation: Equation, infix: Infix) -> str:
    """f_NAME(A): A holds the arguments of each element, in the order of `equation.parameters`; so does what it returns
    hold [step, …new state] of each. Raises RavineError for a function of matrices, which the elements are none of."""
    last, before = _passes(equation, infix)
    return _function(equation, "", before, _each(last, last.assignments, map(infix.write, last.results), infix))


def write_parts(equation: Equation, infix: Infix) -> str:
    """f_NAME_Parts(A): the same of the values of all the equation's `parts`."""
    last, before = _passes(equation, infix)
    fresh = [new for (name, old), new in zip(equation.state_expressions().items(), last.results[1:], strict=True)
             if old != Name(name)]  # fmt: skip
    values = [*(value(line.name) for line in last.assignments), *map(infix.write, (*fresh, last.step))]
    return _function(equation, "Parts", before, _each(last, last.assignments, values, infix))


def _passes(equation: Equation, infix: Infix) -> tuple[Equation, list[str]]:
    """The last pass, and the lines that find what it needs."""
    if matrices := [name for name in over_tensors(equation) if name in MATRICES]:
        raise RavineError(f"{equation.name} is a rule of matrices ({matrices[0]}), and two numbers are a vector")
    cut = passes(equation)
    lines = []
    for number, one in enumerate(cut.before, start=1):
        arguments = map(infix.write, one.equation.results[1:])
        made = value(f"pass_C{number}")
        lines.append(f"const {made} = {_each(equation, one.equation.assignments, arguments, infix)};")
        lines += [
            f"const {value(name)} = over.{called}({made}.map((p) => p[{place}]));"
            for place, (name, called) in enumerate(one.found.items())
        ]
    return cut.last, lines


def _each(equation: Equation, lines: Sequence[Assignment], values: Iterable[str], infix: Infix) -> str:
    parameters = [name for name in equation.parameters if not name.startswith("whole_C")]
    inside = "".join(f" const {value(line.name)} = {infix.write(line.expression)};" for line in lines)
    return f"A.map(([{', '.join(map(value, parameters))}]) => {{{inside} return [{', '.join(values)}]; }})"


def _function(equation: Equation, part: str, before: Sequence[str], result: str) -> str:
    body = "".join(f"  {line}\n" for line in (*before, f"return {result};"))
    return f"function {function(equation.name, part)}(A) {{\n{body}}}\n"
