"""Moves a parameter between the point where its rule takes the gradient, y, and θ, where it is evaluated.

Both are computed in float32 at least; Kahan's compensation of a 16-bit parameter belongs to y.
"""

from typing import Any

import torch

from ravine.backends.torch import operations
from ravine.equations import Equation, Expression, evaluate
from ravine.optim.elementwise import as_kind, beside, real, settings_beside
from ravine.optim.held import THETA, evaluated_at
from ravine.optim.recipe import Recipe

State = dict[str, Any]


def to_theta(equation: Equation, recipe: Recipe, parameter: torch.Tensor, state: State) -> torch.Tensor:
    """Puts the parameter at θ, and returns what it was."""
    before = parameter.detach().clone()
    _set(parameter, _theta(equation, recipe, parameter, state))
    return before


def to_gradient(
    equation: Equation, recipe: Recipe, parameter: torch.Tensor, state: State, before: torch.Tensor | None
) -> None:
    """Puts the parameter where the gradient is wanted.

    before: what `to_theta` returned, taken up to the last bit if nothing has changed since; None to compute it.
    """
    theta = parameter.detach().clone()
    if before is not None:
        parameter.copy_(before)
        _set(parameter, _theta(equation, recipe, parameter, state))
        if torch.equal(parameter, theta):
            parameter.copy_(before)
            return
        parameter.copy_(theta)
    wanted = _value(equation.gradient_at or THETA, recipe, _wide(parameter), state)
    _set(parameter, wanted)
    if recipe.rounding == "kahan" and "compensation" in state:
        state["compensation"].copy_(wanted - real(parameter).to(wanted.dtype))


def _theta(equation: Equation, recipe: Recipe, parameter: torch.Tensor, state: State) -> torch.Tensor:
    y = _wide(parameter)
    if recipe.rounding == "kahan" and "compensation" in state:
        y = y + state["compensation"].to(y.dtype)
    return _value(evaluated_at(equation), recipe, y, state)


def _value(expression: Expression, recipe: Recipe, theta: torch.Tensor, state: State) -> torch.Tensor:
    names = settings_beside(recipe, theta) | {"theta": theta}
    for name in recipe.equation.state:
        kept = state[recipe.names.get(name, name)]
        if name in recipe.stages.element_state:
            names[name] = real(kept).to(theta.dtype)
        else:
            names[name] = beside(kept, theta) if kept.numel() > 1 else kept
    return torch.as_tensor(evaluate(expression, names, operations(theta.dtype, theta.device)))


def _wide(parameter: torch.Tensor) -> torch.Tensor:
    found = real(parameter)
    return found.to(torch.float32) if found.dtype.itemsize == 2 else found


def _set(parameter: torch.Tensor, numbers: torch.Tensor) -> None:
    parameter.copy_(as_kind(parameter, numbers))
