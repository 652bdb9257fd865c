"""Sparse gradients, for rules that leave an element alone whose gradient is zero: only the rows present are touched."""

from collections.abc import Callable
from typing import Any

import torch

from ravine.optim.elementwise import move
from ravine.optim.recipe import Recipe


def job(
    recipe: Recipe, parameter: torch.Tensor, gradient: torch.Tensor, state: dict[str, Any], fresh: bool
) -> Callable[[], None]:
    """What moves the rows of the parameter that have a gradient, and their state, when called."""

    def run() -> None:
        summed = gradient.coalesce()
        rows = tuple(summed.indices())
        names = dict(zip(recipe.stages.element_state, recipe.element_states, strict=True))
        states = {name: state[known] for name, known in names.items()}
        moved, after = move(
            recipe,
            parameter[rows],
            summed.values(),
            {name: buffer[rows] for name, buffer in states.items()},
            state,
            fresh,
        )
        parameter[rows] = moved
        for name, buffer in states.items():
            buffer[rows] = after[name]

    return run
