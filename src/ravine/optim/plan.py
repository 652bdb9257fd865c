"""A step, worked out: which kernels run over which tensors. It is kept for as long as the tensors stay what they are.

What is kept are addresses, so every step looks whether each tensor still is where it was. Gradients are not held: they
are often new ones, and holding the old ones would cost their memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, repeat
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any

import torch

from ravine.optim import cuda, elementwise, processor, sparse
from ravine.optim.checks import check_leading_axis
from ravine.optim.layout import (
    Copies,
    address,
    aligned,
    dtype,
    elements,
    in_one_run,
    local,
    negated,
    plain,
    real,
    stride,
)
from ravine.optim.recipe import Recipe
from ravine.optim.table import Key, Table

if TYPE_CHECKING:
    from ravine.optim.optimizer import RuleOptimizer

_gradient = attrgetter("grad")
_NONE = repeat(None)


class Plan:
    """The kernels of an optimizer's step, with what must hold for them to be right.

    Building it raises before anything changes: RuntimeError for sparse gradients that the rule does not take,
    ValueError for state or settings that do not fit the parameters, AssertionError (PyTorch's choice) for capturable
    parameters on the processor.
    """

    def __init__(self, optimizer: "RuleOptimizer", recipes: Sequence[Recipe]):
        self.batches: dict[Key, Table] = {}
        self.others: list[Callable[[], None]] = []
        self.parameters = parameters_of(optimizer)
        self.equations = [recipe.equation for recipe in recipes]
        self.slots = [recipe.slots for recipe in recipes]
        self.modes = _modes(optimizer, recipes)
        self.still: list[torch.Tensor] = []  # the parameters without a gradient
        self.kept: list[torch.Tensor] = []  # the parameters that have, and then all that is remembered
        self.sizes: list[int] = []
        self.dtypes: list[torch.dtype] = []
        self.gradients: list[tuple[Table, int, int, int]] = []  # batch, place, slots, bytes of a slot
        self.lasts = True  # whether the next step may use it

        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    self.still.append(parameter)
                elif parameter.grad.layout is not torch.strided:
                    optimizer.check_sparse(group)
        for index, (group, recipe) in enumerate(zip(optimizer.param_groups, recipes, strict=True)):
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._add(optimizer, index, recipe, parameter, parameter.grad)
        self.moved = len(self.kept)
        # The memory formats, where one differs from the usual: a convolution's in channels_last, say.
        usual = all(map(in_one_run, self.kept))
        self.strides = None if usual else list(map(stride, self.kept))
        self.owners = list(optimizer.state)
        if all(isinstance(state, dict) for state in optimizer.state.values()):
            self.kept += _remembered(optimizer)
        else:
            self.lasts = False  # there is more in it than a state for each parameter
        if not all(map(plain, self.kept)):
            self.lasts = False
        self.addresses = list(map(address, self.kept)) if self.lasts else []
        self.gradients_at: list[int] = []
        # A negated view is the imaginary part of a conjugate, which has gaps unless it is of one element.
        self.single = [place for place, size in enumerate(self.sizes) if size == 1]

    def _add(
        self, optimizer: "RuleOptimizer", index: int, recipe: Recipe, parameter: torch.Tensor, gradient: torch.Tensor
    ) -> None:
        group, state = optimizer.param_groups[index], optimizer.state[parameter]
        if recipe.rounding and parameter.dtype.itemsize != 2:
            recipe = replace(recipe, rounding=None)  # wide formats need none
        check_leading_axis(recipe.settings, [parameter])
        if group.get("capturable") and parameter.is_cpu:
            raise AssertionError(
                "If capturable=True, params must be on a device that captures graphs, not the processor"
            )
        fresh = recipe.needs_start(state)
        if fresh:
            recipe.start(parameter, state)
        if gradient.layout is not torch.strided:
            self.lasts = False
            if optimizer.rows_alone(group):
                self.others.append(sparse.job(recipe, parameter, gradient, state, fresh))
                return
            gradient = gradient.to_dense()
        if (
            group["differentiable"]
            or recipe.differentiable
            or not (processor.takes(parameter) or cuda.takes(parameter))
        ):
            self.lasts = False
            self.others.append(elementwise.job(recipe, parameter, gradient, state, fresh))
            return
        numbers = recipe.numbers(state, fresh, parameter.device)
        tensors = [parameter, gradient, *(state[name] for name in recipe.element_states)]
        batch, place = self._to_batch(index, recipe, tensors, numbers)
        if fresh or batch.kept or not plain(parameter):
            self.lasts = False
        self.kept.append(parameter)
        self.sizes.append(parameter.numel())
        self.dtypes.append(gradient.dtype)
        self.gradients.append((batch, place, recipe.slots, gradient.numel() // recipe.slots * gradient.itemsize))

    def _to_batch(
        self, group: int, recipe: Recipe, tensors: list[torch.Tensor], numbers: list[torch.Tensor]
    ) -> tuple[Table, int]:
        """Adds a parameter, its gradient and its states to the batch of their kind; see `Batch.add`."""
        place = tensors[0].device
        if any(tensor.device != place for tensor in tensors):
            raise ValueError(f"a parameter on {place} has its gradient or its state on another device")
        laid = [real(local(tensor)) for tensor in tensors]
        copies: Copies = []
        if not (all(map(in_one_run, laid)) and len({*map(elements, laid)}) == 1 and not negated(laid[1])):
            laid, copies = aligned(laid, recipe.slots > 1)
        key = (recipe.equation, tuple(map(dtype, laid)), numbers[0].dtype, recipe.rounding, place)
        batch = self.batches.get(key)
        if batch is None:
            batch = self.batches[key] = batch_for(key)
        at = batch.add(group, recipe, laid, numbers)
        batch.kept += [copy for copy, tensor in zip(laid, tensors, strict=True) if copy is not tensor]
        batch.copies += copies
        return batch, at

    def holds(self, optimizer: "RuleOptimizer", recipes: Sequence[Recipe]) -> bool:
        """Whether the plan is right for this step too; if so, it now has this step's gradients."""
        if not self.lasts or not _same([recipe.equation for recipe in recipes], self.equations):
            return False
        parameters = parameters_of(optimizer)
        if not _same(parameters, self.parameters) or [recipe.slots for recipe in recipes] != self.slots:
            return False
        if _modes(optimizer, recipes) != self.modes:
            return False
        moved = self.kept[: self.moved]
        gradients = list(map(_gradient, moved))
        if any(map(is_, gradients, _NONE)) or not all(map(is_, map(_gradient, self.still), _NONE)):
            return False
        if not _same(list(optimizer.state), self.owners):
            return False
        now = moved + _remembered(optimizer)
        if not (_same(now, self.kept) and list(map(address, now)) == self.addresses):
            return False
        if self.strides is None:
            if not (all(map(in_one_run, moved)) and all(map(in_one_run, gradients))):
                return False
        elif not list(map(stride, moved)) == self.strides == list(map(stride, gradients)):
            return False
        if any(gradients[place].is_neg() for place in self.single):
            return False
        if list(map(elements, gradients)) != self.sizes or list(map(dtype, gradients)) != self.dtypes:
            return False
        at = list(map(address, gradients))
        if at != self.gradients_at:
            self.gradients_at = at
            for (batch, place, slots, size), where in zip(self.gradients, at, strict=True):
                for slot in range(slots):
                    batch.table[place + slot * batch.columns] = where + slot * size
        return True

    def run(self, recipes: Sequence[Recipe]) -> None:
        """Takes the step."""
        for batch in self.batches.values():
            batch.run(recipes)
        for job in self.others:
            job()


def batch_for(key: Key) -> Table:
    """An empty batch of kernels for the device of the key."""
    return cuda.Batch(key) if key[-1].type == "cuda" else processor.Batch(key)


def _remembered(optimizer: torch.optim.Optimizer) -> list[Any]:
    """All that the optimizer remembers, state after state."""
    return list(chain.from_iterable(map(dict.values, optimizer.state.values())))


def parameters_of(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """The parameters of all groups, in order."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _modes(optimizer: torch.optim.Optimizer, recipes: Sequence[Recipe]) -> list[tuple[Any, ...]]:
    """What decides between kernels and paths, other than the tensors, of each group."""
    return [
        (recipe.rounding, recipe.differentiable, group["differentiable"], group.get("capturable"))
        for group, recipe in zip(optimizer.param_groups, recipes, strict=True)
    ]


def _same(now: Sequence[Any], before: Sequence[Any]) -> bool:
    """Whether the two hold the same objects."""
    return len(now) == len(before) and all(map(is_, now, before))
