"""A rule that takes its gradient elsewhere than at θ, for a loop whose gradient is taken where the parameters stand.

While such a rule trains, the parameters hold that point, y; θ follows from y and the state, and is where the parameters
are evaluated. Both ways are derived from the rule's own formula of the point, which must be linear in θ.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from ravine.backends import numpy as reference
from ravine.backends.torch import operations
from ravine.equations import Apply, Assignment, Equation, Expression, Name, Number, evaluate
from ravine.equations.differentiate import ONE, ZERO, derivative, divide, minus
from ravine.equations.expression import names_in, substitute
from ravine.equations.fix import simplified
from ravine.errors import RavineError
from ravine.kept import kept

THETA = Name("theta")
OWN = Name("theta_O")  # the rule's own θ, with a capital, as names are that no equation has


@kept
def held(equation: Equation) -> Equation:
    """The same rule as a step of y, which here is called `theta`; the equation itself where y is θ.

    Raises RavineError for a point from which θ cannot be told.
    """
    point = equation.gradient_at
    if point is None:
        return equation
    lines = [Assignment(OWN.id, evaluated_at(equation))]
    known: dict[str, Expression] = {"theta": OWN}
    for name in {line.name for line in equation.assignments} & {*names_in(point)} - {*equation.state}:
        lines.append(Assignment(f"{name}_O", Name(name)))  # the point is of the setting, not of what a line makes of it
        point = substitute(point, {name: Name(f"{name}_O")})
    before, moved_on = substitute(point, known), False
    for line in equation.assignments:
        # Where the rule itself writes out the point, it is the parameter: until a state is another.
        expression = substitute(line.expression, known)
        lines.append(Assignment(line.name, expression if moved_on else _put(expression, before, THETA)))
        moved_on = moved_on or line.name in names_in(point)
    states = []
    for name, new in equation.state_expressions().items():
        fresh = substitute(new, known)
        if not isinstance(fresh, Name | Number):  # the point is made of it too: it is computed once
            lines.append(Assignment(f"{name}_O", fresh))
            fresh = Name(f"{name}_O")
        states.append(fresh)
    after = dict(zip(equation.state, states, strict=True))
    moved = substitute(point, {**after, "theta": Apply("-", (OWN, substitute(equation.step, known)))})
    inputs = equation.inputs if "theta" in equation.inputs else (*equation.inputs, "theta")
    results = (Apply("-", (THETA, moved)), *states)
    return replace(equation, inputs=inputs, assignments=tuple(lines), results=results, gradient_at=None)


@kept
def evaluated_at(equation: Equation) -> Expression:
    """θ as a formula of y, which is called `theta` in it, of the states and hyperparameters.

    Raises RavineError for a point that is not linear in θ, that reads the step, or that does not begin at θ.
    """
    point = equation.gradient_at
    if point is None:
        return THETA
    slope = _slope(equation)
    settings = {name for name, default in equation.keywords.items() if default is not None}
    found = divide(minus(THETA, simplified(substitute(point, {"theta": ZERO}))), slope)
    linear = slope != ZERO and settings.issuperset(names_in(slope))
    if not linear or "t" in names_in(point) or not _holds(equation, found):
        raise RavineError(
            f"{equation.name} takes its gradient at a point from which a training loop cannot tell theta: it must "
            "begin at theta, be linear in it by a factor of hyperparameters, and not depend on the step"
        )
    return found


def check_factor(equation: Equation, settings: Mapping[str, Any]) -> None:
    """Raises ValueError for settings at which the point says nothing of θ."""
    factor = evaluate(_slope(equation), settings, operations(torch.float64, torch.device("cpu")))
    if not bool((torch.as_tensor(factor) != 0).all()):
        read = ", ".join(f"{name}={settings[name]}" for name in dict.fromkeys(names_in(_slope(equation))))
        raise ValueError(f"Invalid {read}: the parameters would say nothing of theta, where they are evaluated")


def _slope(equation: Equation) -> Expression:
    """By how much y moves where θ does."""
    point = equation.gradient_at or THETA
    slopes: dict[str, Expression] = dict.fromkeys(names_in(point), ZERO)
    return derivative(point, slopes | {"theta": ONE})


def _holds(equation: Equation, found: Expression) -> bool:
    """Whether the point begins at θ, and the formula of θ leads back from it, at the rule's defaults."""
    theta = np.array([-1.5, 0.25, 2.0])
    settings = {name: default for name, default in equation.keywords.items() if default is not None}
    state = reference.start(equation, theta, settings)
    begun = reference.gradient_point(equation, theta, state, 1, settings)
    state = {name: value + np.array([0.5, -1.0, 2.0]) for name, value in state.items()}
    there = reference.gradient_point(equation, theta, state, 1, settings)
    with np.errstate(all="ignore"):
        back = evaluate(found, {**settings, **state, "theta": there}, reference.OPERATIONS)
    return bool(np.allclose(begun, theta) and np.allclose(back, theta))


def _put(expression: Expression, old: Expression, new: Expression) -> Expression:
    """The expression with `new` wherever `old` stands in it."""
    if expression == old:
        return new
    if isinstance(expression, Apply):
        return Apply(expression.operation, tuple(_put(argument, old, new) for argument in expression.arguments))
    return expression
