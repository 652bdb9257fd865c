"""The path of plain tensor operations: for autograd through the step, and for devices without a kernel."""

from collections.abc import Callable
from typing import Any

import torch

from ravine.backends import torch as backend
from ravine.optim.recipe import Recipe


def job(
    recipe: Recipe, parameter: torch.Tensor, gradient: torch.Tensor, state: dict[str, Any], fresh: bool
) -> Callable[[], None]:
    """What moves the parameter and its state when called. Raises RuntimeError for rounding that only kernels have."""
    if recipe.rounding:
        raise RuntimeError(f"rounding={recipe.rounding!r} needs a parameter on the processor or a CUDA device")

    def run() -> None:
        names = dict(zip(recipe.stages.element_state, recipe.element_states, strict=True))
        before = {name: real(state[known]) for name, known in names.items()}
        theta = real(parameter)
        if torch.is_grad_enabled():  # autograd may need what it was, and it is changed in place
            theta = theta.clone()
        moved, after = move(recipe, theta, real(gradient), before, state, fresh)
        parameter.copy_(as_kind(parameter, moved))
        for name, known in names.items():
            new = as_kind(state[known], after[name])
            if torch.is_grad_enabled():  # autograd may need what the state was
                state[known] = new
            else:
                state[known].copy_(new)

    return run


def move(
    recipe: Recipe,
    theta: torch.Tensor,
    gradient: torch.Tensor,
    element_state: dict[str, torch.Tensor],
    state: dict[str, Any],
    fresh: bool,
) -> tuple[torch.Tensor, dict[str, Any]]:
    """`theta` and the per-element states after the step, in their own dtypes; counts the step in `state`."""
    counter, *numbers = recipe.numbers(state, fresh, torch.device("cpu"))
    if recipe.counts:
        counter += 1
    before: dict[str, Any] = dict(element_state)
    for name, number in zip(recipe.stages.step_state, numbers, strict=True):
        if number.numel() > 1:
            before[name] = beside(number, theta)
        else:
            before[name] = number if torch.is_grad_enabled() else number.item()
    wide = torch.float32 if theta.dtype.itemsize == 2 else theta.dtype
    before |= {name: buffer.to(wide) for name, buffer in element_state.items()}
    moved, after = backend.step(
        recipe.equation,
        theta.to(wide),
        gradient.to(wide),
        before,
        int(counter.item()),
        settings_beside(recipe, theta),
        int(recipe.slots > 1),
    )
    for name, known, number in zip(recipe.stages.step_state, recipe.step_states, numbers, strict=True):
        new = _like(number, after[name])
        if torch.is_grad_enabled():
            state[known] = new
        else:
            number.copy_(new)
    own, states = (theta, gradient, *element_state.values()), {}
    for name, buffer in element_state.items():
        new = _like(buffer, after[name])
        # What becomes of another tensor of the step is not to change with it.
        states[name] = new.clone() if new is not buffer and any(new is one for one in own) else new
    return moved.to(theta.dtype), states


def _like(kept: torch.Tensor, new: Any) -> torch.Tensor:
    """The new value of a state, in its format and shape: a rule may have made one number of it."""
    found = torch.as_tensor(new, dtype=kept.dtype)
    if found.shape == kept.shape:
        return found
    return found.reshape(kept.shape) if found.numel() == kept.numel() else torch.zeros_like(kept) + found


def settings_beside(recipe: Recipe, theta: torch.Tensor) -> dict[str, Any]:
    """The settings, where those with a value for each model broadcast over `theta`."""
    return {
        name: beside(value, theta) if isinstance(value, torch.Tensor) and value.numel() > 1 else value
        for name, value in recipe.settings.items()
    }


def beside(values: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
    """A value for each model, along the leading axis of `theta`."""
    return values.reshape([-1, *[1] * (theta.dim() - 1)])


def real(tensor: torch.Tensor) -> torch.Tensor:
    """A complex tensor as pairs of real numbers, which PyTorch's rules treat apart; other tensors as they are."""
    return torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor


def as_kind(kind: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
    return torch.view_as_complex(numbers) if kind.is_complex() else numbers
