"""Splits a rule into what is computed once a step and what is computed for each element.

Bias corrections, schedules and products of hyperparameters do not depend on an element; computing them once, in double
precision, is what makes a generated kernel as fast as a hand-written one, and as exact.
"""

from dataclasses import dataclass

from ravine.equations.equation import Assignment, Equation
from ravine.equations.expression import Apply, Expression, Name, names_in, substitute
from ravine.equations.language import COMPARISONS


@dataclass(frozen=True)
class Stages:
    """An equation in two parts, every name assigned once.

    per_step:      assignments over `t`, hyperparameters and per-step states, in order.
    per_element:   assignments that may also read inputs, per-element states and per-step names.
    step:          the expression that is subtracted.
    step_state:    states that are one number for all elements, with the expression of the new value.
    element_state: states with one value for each element, with the expression of the new value.
    step_names:    what the per-element part reads from the per-step part, hyperparameters included.
    """

    per_step: tuple[Assignment, ...]
    per_element: tuple[Assignment, ...]
    step: Expression
    step_state: dict[str, Expression]
    element_state: dict[str, Expression]
    step_names: tuple[str, ...]


def split(equation: Equation) -> Stages:
    """The two parts of a rule. Arithmetic is moved, never rearranged, so that results stay the same to the bit."""
    lines, results = assign_once(equation)
    once = known_once_a_step(equation, lines, results)

    per_step: list[Assignment] = []
    per_element: list[Assignment] = []
    hoisted: dict[Expression, str] = {}

    def hoist(expression: Expression) -> Expression:
        """The expression with its largest per-step parts replaced by names."""
        if not isinstance(expression, Apply):
            return expression
        # A comparison has no number to name; its sides do.
        if expression.operation not in COMPARISONS.values() and all(name in once for name in names_in(expression)):
            if expression not in hoisted:
                hoisted[expression] = f"once_C{len(hoisted)}"
                per_step.append(Assignment(hoisted[expression], expression))
            return Name(hoisted[expression])
        return Apply(expression.operation, tuple(hoist(argument) for argument in expression.arguments))

    for line in lines:
        if line.name in once:
            per_step.append(line)
        else:
            per_element.append(Assignment(line.name, hoist(line.expression)))
    states = dict(zip(equation.state, results[1:], strict=True))
    step = hoist(results[0])
    element_state = {name: hoist(value) for name, value in states.items() if name not in once}
    step_state = {name: value for name, value in states.items() if name in once}

    read = [name for line in per_element for name in names_in(line.expression)]
    read += [name for value in (step, *element_state.values()) for name in names_in(value)]
    available = once | set(hoisted.values())
    step_names = tuple(dict.fromkeys(name for name in read if name in available))
    return Stages(tuple(per_step), tuple(per_element), step, step_state, element_state, step_names)


def assign_once(equation: Equation) -> tuple[list[Assignment], list[Expression]]:
    """The lines with each new value under a new name (static single assignment)."""
    current: dict[str, Expression] = {}
    assigned = set(equation.parameters)
    lines: list[Assignment] = []
    for number, line in enumerate(equation.assignments):
        expression = substitute(line.expression, current)
        name = f"{line.name}_N{number}" if line.name in assigned else line.name
        assigned.add(line.name)
        current[line.name] = Name(name)
        lines.append(Assignment(name, expression))
    return lines, [substitute(result, current) for result in equation.results]


def known_once_a_step(equation: Equation, lines: list[Assignment], results: list[Expression]) -> set[str]:
    """The names that are the same for every element: assume it of every state, then drop those that turn out not."""
    states = {name for name, start in equation.state.items() if start != "theta"}  # which differs between elements
    while True:
        once = set(equation.keywords) | states
        for line in lines:
            if once.issuperset(names_in(line.expression)):
                once.add(line.name)
        kept = {
            state
            for state, value in zip(equation.state, results[1:], strict=True)
            if state in states and once.issuperset(names_in(value))
        }
        if kept == states:
            return once
        states = kept
