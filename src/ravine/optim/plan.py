"""A step, worked out: which kernels run over which tensors. It is kept for as long as the tensors stay what they are.

What is kept are addresses, so every step looks whether each tensor still is what it was (guards.py). Gradients are held
during the step alone: they are often new ones, and holding the old ones would cost their memory.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat
from operator import attrgetter, eq, is_, is_not
from typing import Any

import torch

from ravine.optim import cuda, elementwise, processor, sparse
from ravine.optim.admission import admitted, apart, local, overlapping
from ravine.optim.checks import check_fused, check_kind, check_leading_axis, check_tensors, check_whole
from ravine.optim.guards import Guard
from ravine.optim.layout import Copies, address, aligned, dtype, in_one_run, real
from ravine.optim.recipe import Recipe
from ravine.optim.table import FORMATS, Key, Table
from ravine.optim.turns import alone

Group = dict[str, Any]
States = Mapping[torch.Tensor, dict[str, Any]]

_gradient = attrgetter("grad")
_NONE = repeat(None)


class Plan:
    """The kernels of an optimizer's step, with what must hold for them to be right.

    groups, states: the optimizer's `param_groups` and `state`. recipes: one for each group.
    lasts: whether a later step may use it, if it is `ready`.

    Building it raises before anything changes: ValueError for state or settings that do not fit the parameters,
    RuntimeError for tensors that no optimizer can step, AssertionError (PyTorch's choice) for capturable parameters on
    the processor.
    """

    def __init__(self, groups: Sequence[Group], states: States, recipes: Sequence[Recipe]):
        self.batches: dict[Key, Table] = {}
        self.others: list[Callable[[], None]] = []
        self.recipes = recipes
        self.members = [list(group["params"]) for group in groups]
        self.equations = [recipe.equation for recipe in recipes]
        self.slots = [recipe.slots for recipe in recipes]
        self.modes = _modes(groups, recipes)
        self.still: list[torch.Tensor] = []  # the parameters without a gradient
        self.kept: list[torch.Tensor] = []  # the parameters that have, and then all that is remembered
        self.written: list[torch.Tensor] = []
        self.in_flight: list[torch.Tensor] = []  # the gradients that the tables point to
        self.given: list[torch.Tensor] = []  # what is in the tables
        self.held: list[Any] = []  # the same, held during the step against other threads
        self.gradients: list[tuple[Table, int, int, int]] = []  # batch, place, slots, bytes of a slot
        self.lasts = True

        self.shared = overlapping(list(chain.from_iterable(self.members)), states)
        for index, (group, recipe) in enumerate(zip(groups, recipes, strict=True)):
            for parameter in group["params"]:
                if parameter.grad is None:
                    self.still.append(parameter)
                else:
                    self._add(index, group, recipe, parameter, states)
        self.moved = list(self.kept)
        self.owners = list(states)
        if all(isinstance(state, dict) for state in states.values()):
            self.remembered = list(_remembered(states))
            self.kept += self.remembered
        else:
            self.lasts = False  # there is more in it than a state for each parameter
        self.lasts = self.lasts and all(map(admitted, self.kept))
        if self.lasts:
            self.guard = Guard(self.kept, self.in_flight)
            self.addresses = self.guard.addresses[:]
            self.pointers = [  # of gradients: in which table, at which place, to which of the addresses, how far on
                (batch.table, place + slot * batch.columns, number, slot * size)
                for number, (batch, place, slots, size) in enumerate(self.gradients, len(self.kept))
                for slot in range(slots)
            ]
            self.lasts = all(
                map(eq, map(address, self.given), map(address, self.held))
            )  # nobody exchanged one meanwhile

    def _add(self, index: int, group: Group, recipe: Recipe, parameter: torch.Tensor, states: States) -> None:
        gradient = parameter.grad
        assert gradient is not None
        check_kind(parameter, gradient)
        state = states[parameter] if recipe.remembers else {}  # to ask for it makes an entry
        if recipe.rounding and parameter.dtype.itemsize != 2:
            recipe = replace(recipe, rounding=None)  # wide formats need none
        check_leading_axis(recipe.settings, [parameter])
        if group.get("capturable") and parameter.is_cpu:
            raise AssertionError(
                "If capturable=True, params must be on a device that captures graphs, not the processor"
            )
        if group.get("fused"):
            check_fused(parameter)
        fresh = recipe.needs_start(state)
        if fresh:
            recipe.start(parameter, state)
        if recipe.rows_alone and gradient.layout is torch.sparse_coo and parameter.layout is torch.strided:
            self.lasts = False
            self.others.append(sparse.job(recipe, parameter, gradient, state, fresh))
            return
        if gradient.layout is not parameter.layout:
            self.lasts = False
            gradient = gradient.to_dense()
        remembered = {name: state[name] for name in recipe.element_states}
        check_tensors(parameter, gradient, remembered)
        numbers = recipe.numbers(state, fresh, parameter.device if parameter.is_cuda else torch.device("cpu"))
        tensors = [parameter, gradient, *remembered.values()]
        parts = local(tensors) if recipe.slots == 1 else tensors  # slots lie along an axis that others may share
        if recipe.passes:
            check_whole(recipe.equation, parameter, group, recipe.slots > 1)
        autograd = group["differentiable"] or recipe.differentiable
        pieces = recipe.passes and (parts is not tensors or not processor.takes(parameter))
        if pieces or autograd or id(parameter) in self.shared or not _by_address(parts, numbers):
            self.lasts = False
            self.others.append(elementwise.job(recipe, parameter, gradient, state, fresh))
            return
        if fresh or parts is not tensors:
            self.lasts = False
        self.kept.append(parameter)
        self.in_flight.append(gradient)
        batch, place = self._to_batch(index, recipe, self._hold(parts), self._hold(numbers))
        self.written += [parameter, *remembered.values()]
        if recipe.counts:
            self.written += numbers
        self.gradients.append((batch, place, recipe.slots, gradient.numel() // recipe.slots * gradient.itemsize))

    def _hold(self, tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The tensors as they are now, whatever other threads make of them."""
        held = list(tensors) if alone() else [tensor.data for tensor in tensors]  # which keeps the global lock
        self.given += tensors
        self.held += held
        return held

    def _to_batch(
        self, group: int, recipe: Recipe, tensors: Sequence[torch.Tensor], numbers: list[torch.Tensor]
    ) -> tuple[Table, int]:
        """Adds a parameter, its gradient and its states to the batch of their kind; see `Table.add`."""
        place = tensors[0].device
        laid = order = [real(tensor) for tensor in tensors]
        copies: Copies = []
        if not all(map(in_one_run, laid)):
            laid, copies = aligned(order, recipe.slots > 1)
            if any(map(is_not, laid, order)):
                self.lasts = False
        key = (recipe.equation, tuple(map(dtype, laid)), numbers[0].dtype, recipe.rounding, place)
        batch = self.batches.get(key)
        if batch is None:
            batch = self.batches[key] = batch_for(key)
        if laid[1] is not order[1]:
            batch.held.append(laid[1])
        shape = tuple(order[0].shape[recipe.slots > 1 :])
        return batch, batch.add(group, recipe, laid, numbers, copies, shape)

    def ready(self, groups: Sequence[Group], states: States, recipes: Sequence[Recipe]) -> bool:
        """Whether the plan is right for this step too; if so, it now has this step's gradients."""
        if recipes is not self.recipes:
            if not self._alike(groups, recipes):
                return False
            self.recipes = recipes
        if len(groups) != len(self.members) or not all(
            _same(group["params"], members) for group, members in zip(groups, self.members, strict=True)
        ):
            return False
        if not all(map(is_, map(_gradient, self.still), _NONE)) or not _same(states, self.owners):
            return False
        if sum(map(len, states.values())) != len(self.remembered) or not all(
            map(is_, _remembered(states), self.remembered)
        ):
            return False
        gradients = list(map(_gradient, self.moved))
        if not self.guard.holds(gradients):  # None is no tensor
            return False
        found = self.guard.addresses
        if found != self.addresses:
            if found[: len(self.kept)] != self.addresses[: len(self.kept)]:
                return False
            self.addresses = found[:]
            for table, place, number, offset in self.pointers:
                table[place] = found[number] + offset
        self.in_flight = gradients
        if alone():
            return True
        self.held = [tensor.data for tensor in chain(self.kept, gradients)]
        return self.guard.holds(gradients) and self.guard.addresses == self.addresses  # still, now that it is held

    def _alike(self, groups: Sequence[Group], recipes: Sequence[Recipe]) -> bool:
        """Whether recipes other than the last ones choose the same kernels."""
        return (
            _same([recipe.equation for recipe in recipes], self.equations)
            and [recipe.slots for recipe in recipes] == self.slots
            and _modes(groups, recipes) == self.modes
        )

    def run(self, recipes: Sequence[Recipe]) -> None:
        """Takes the step."""
        try:
            for batch in self.batches.values():
                batch.run(recipes)
        finally:
            self.in_flight, self.given, self.held = [], [], []
        if self.written:  # for autograd, which would else go through a graph that needs what they were
            torch.autograd.graph.increment_version(self.written)
        for job in self.others:
            job()


def batch_for(key: Key) -> Table:
    """An empty batch of kernels for the device of the key."""
    return cuda.Batch(key) if key[-1].type == "cuda" else processor.Batch(key)


def _by_address(tensors: Sequence[torch.Tensor], numbers: Sequence[torch.Tensor]) -> bool:
    """Whether a kernel may have the addresses of a parameter, its gradient and its states, and of its counter."""
    if not all(map(admitted, tensors)) or not all(map(admitted, numbers)):
        return False
    parameter, _, *remembered = tensors
    if not (processor.takes(parameter) or cuda.takes(parameter)):
        return False
    return (
        all(tensor.device == parameter.device and tensor.dtype in FORMATS for tensor in tensors)
        and all(tensor.is_complex() == parameter.is_complex() for tensor in tensors)
        and all(map(apart, (parameter, *remembered, *numbers)))
    )


def _remembered(states: States) -> Iterator[Any]:
    """All that the optimizer remembers, state after state."""
    return chain.from_iterable(map(dict.values, states.values()))


def _modes(groups: Sequence[Group], recipes: Sequence[Recipe]) -> list[tuple[Any, ...]]:
    """What decides between kernels and paths, other than the tensors, of each group."""
    return [
        (recipe.rounding, recipe.differentiable, group["differentiable"], group.get("capturable"))
        for group, recipe in zip(groups, recipes, strict=True)
    ]


def _same(now: Collection[Any], before: Collection[Any]) -> bool:
    """Whether the two hold the same objects."""
    return len(now) == len(before) and all(map(is_, now, before))
