"""Cuts a rule with functions of a whole tensor into passes over its elements, each of elementwise arithmetic alone.

LAMB's rate needs two norms before any element can move. So one pass over the elements computes what is under the norms,
and a last one takes the step, with the norms as numbers that are the same for all elements. A norm of what needs a norm
takes a pass more; what needs none is one pass, the equation itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ravine.equations.equation import Assignment, Equation
from ravine.equations.expression import Apply, Expression, Name, Number, names_in
from ravine.equations.language import MATRICES, OVER_TENSORS
from ravine.equations.stages import assign_once, known_once_a_step
from ravine.errors import RavineError


@dataclass(frozen=True)
class Pass:
    """One pass over the elements, and what is made of it.

    equation: a rule that steps nowhere; its new states are the arguments of the functions. What has a value for each
        element is among its `inputs`, what has one for all among its `keywords`, an earlier pass's findings included.
    found:    state → function: "norm" and its like make a number of it, "orthogonalize" another tensor.
    """

    equation: Equation
    found: Mapping[str, str]


@dataclass(frozen=True)
class Passes:
    """before: the passes whose findings the last one needs. last: the rule, with what they found among its inputs (a
    tensor) and keywords (a number); the rule's own equation where there is none."""

    before: tuple[Pass, ...]
    last: Equation


def over_tensors(equation: Equation) -> list[str]:
    """The functions of a whole tensor that the equation holds, in the order of the language."""
    used = {node.operation for node in _nodes(equation) if isinstance(node, Apply)}
    return [name for name in OVER_TENSORS if name in used]


def refuse_over_tensors(equation: Equation, who: str) -> None:
    """Raises RavineError if the equation holds a function of a whole tensor: `who` computes element by element."""
    if used := over_tensors(equation):
        raise RavineError(f"{equation.name} takes the {used[0]} of a whole tensor, and {who} steps element by element")


def passes(equation: Equation) -> Passes:
    """The passes of a rule. Raises RavineError for a function of a whole tensor of what is one number."""
    if not over_tensors(equation):
        return Passes((), equation)
    lines, results = assign_once(equation)
    cutting = _Cutting()
    lines = [Assignment(line.name, cutting.cut(line.expression, line.name)) for line in lines]
    results = [cutting.cut(result) for result in results]
    tensors = [name for name, (function, _) in cutting.found.items() if function in MATRICES]
    last = replace(
        equation,
        inputs=(*equation.inputs, *tensors),
        keywords={**equation.keywords, **{name: 0.0 for name in cutting.found if name not in tensors}},
        assignments=tuple(lines),
        results=tuple(results),
    )
    once = known_once_a_step(last, lines, results)
    for function, argument in cutting.found.values():
        if once.issuperset(names_in(argument)):
            raise RavineError(
                f"{equation.name}: {function} is of all elements of a tensor, and what is given to it is one number: "
                "it needs g, theta, or what is computed from them"
            )
    states = {name: start for name, start in equation.state.items() if name in once}
    of_elements = [name for name in equation.state if name not in once]
    before = []
    for number in range(1, max(cutting.round.values()) + 1):
        found = {name: cutting.found[name] for name in cutting.found if cutting.round[name] == number}
        arguments = [argument for _, argument in found.values()]
        needed = set().union(*map(names_in, arguments))
        kept = []
        for line in reversed(lines):
            if line.name in needed:
                needed |= set(names_in(line.expression))
                kept.append(line)
        of_pass = Equation(
            name=f"{equation.name}_Pass{number}",
            inputs=(*equation.inputs, *of_elements, *(name for name in tensors if name in needed)),
            state=dict.fromkeys(found, 0.0),
            keywords={
                **equation.keywords,
                **dict.fromkeys(states, 0.0),
                **{name: 0.0 for name in cutting.found if name in needed and name not in tensors},
            },
            assignments=tuple(reversed(kept)),
            results=(Number(0.0), *arguments),
        )
        before.append(Pass(of_pass, {name: function for name, (function, _) in found.items()}))
    return Passes(tuple(before), last)


class _Cutting:
    """Puts names in the place of functions of a whole tensor.

    found: name → (function, argument), in order; one name for what is the same.
    round: in which pass each is found, from 1.
    """

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, Expression]] = {}
        self.round: dict[str, int] = {}
        self._lines: dict[str, int] = {}  # the pass after which a line can be computed

    def cut(self, expression: Expression, line: str | None = None) -> Expression:
        cut = self._cut(expression)
        if line is not None:
            self._lines[line] = self._needs(cut)
        return cut

    def _cut(self, expression: Expression) -> Expression:
        if not isinstance(expression, Apply):
            return expression
        arguments = tuple(map(self._cut, expression.arguments))
        if expression.operation not in OVER_TENSORS:
            return Apply(expression.operation, arguments)
        asked = (expression.operation, arguments[0])
        for name, known in self.found.items():
            if known == asked:
                return Name(name)
        name = f"whole_C{len(self.found)}"
        self.found[name] = asked
        self.round[name] = 1 + self._needs(arguments[0])
        return Name(name)

    def _needs(self, expression: Expression) -> int:
        return max((self.round.get(name, self._lines.get(name, 0)) for name in names_in(expression)), default=0)


def _nodes(equation: Equation) -> Iterator[Expression]:
    waiting = [*(line.expression for line in equation.assignments), *equation.results]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Apply):
            waiting += node.arguments
