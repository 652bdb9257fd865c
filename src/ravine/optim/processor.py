"""The fused path on the processor: a table of addresses, and one call for all tensors of a kind."""

from array import array
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import torch

from ravine.backends.llvm import compile_kernel, supports
from ravine.backends.llvm_formats import KAHAN, NEAREST, STOCHASTIC
from ravine.equations import Equation
from ravine.optim.layout import Copies, aligned, local, real
from ravine.optim.recipe import Recipe
from ravine.optim.threads import shared_out


FORMATS = {
    torch.float32: "float32",
    torch.float64: "float64",
    torch.bfloat16: "bfloat16",
    torch.float16: "float16",
    torch.complex64: "float32",
    torch.complex128: "float64",
}
ROUNDINGS = {None: NEAREST, "kahan": KAHAN, "stochastic": STOCHASTIC}

Key = tuple[Equation, tuple[torch.dtype, ...], torch.dtype, str | None]
Batches = dict[Key, "Batch"]

_address, _elements = torch.Tensor.data_ptr, torch.Tensor.numel
_in_one_run, _negated = torch.Tensor.is_contiguous, torch.Tensor.is_neg
_dtype, _here = attrgetter("dtype"), attrgetter("is_cpu")


def takes(parameter: torch.Tensor) -> bool:
    """Whether there is a kernel for this parameter."""
    return parameter.is_cpu and parameter.dtype in FORMATS and supports(FORMATS[parameter.dtype])


class Batch:
    """The tensors of one kernel in one step."""

    def __init__(self, key: Key):
        equation, dtypes, counter, rounding = key
        self.kernel = compile_kernel(equation, tuple(FORMATS[d] for d in dtypes), FORMATS[counter], ROUNDINGS[rounding])
        self.table: list[int] = []
        self.settings: list[float] = []
        self.first_settings: dict[int, int] = {}  # of each recipe, by its id
        self.elements = 0
        self.rows = 0
        self.kept: list[torch.Tensor] = []  # tensors that only the table's addresses refer to
        self.copies: Copies = []

    def add(self, recipe: Recipe, tensors: Sequence[torch.Tensor], numbers: Sequence[torch.Tensor]) -> None:
        """A parameter, its gradient and its states; `numbers` are its counter and the states that are one number."""
        first = self.first_settings.get(id(recipe))
        if first is None:
            first = self.first_settings[id(recipe)] = len(self.settings) // max(1, len(recipe.settings))
            self.settings += recipe.rows
        advance = 1 if recipe.counts else 0
        elements = _elements(tensors[0])
        slots = recipe.slots
        if slots == 1:
            self.elements += elements
            self.rows += 1
            self.table += (self.elements, first, advance, *map(_address, numbers), *map(_address, tensors))
            return
        for slot in range(slots):
            self.elements += elements // slots
            self.rows += 1
            counter, *states = map(_address, numbers)
            self.table += (self.elements, first + slot, advance if slot == 0 else 0, counter)
            self.table += (place + slot * number.itemsize for place, number in zip(states, numbers[1:], strict=True))
            self.table += (_address(tensor) + slot * (elements // slots) * tensor.itemsize for tensor in tensors)

    def run(self) -> None:
        kernel = self.kernel
        table, settings = array("q", self.table), array("d", self.settings)
        once = array("d", bytes(8 * max(1, kernel.width * self.rows)))
        (at, _), (numbers, _), (results, _) = table.buffer_info(), settings.buffer_info(), once.buffer_info()
        seed = int(torch.randint(2**62, ())) if kernel.scatters else 0
        kernel.begin(at, self.rows, numbers, results)
        shared_out(lambda first, last: kernel.run(at, self.rows, results, first, last, seed), self.elements)
        for to, copy in self.copies:
            to.copy_(copy)


def add(
    batches: Batches,
    recipe: Recipe,
    parameter: torch.Tensor,
    gradient: torch.Tensor,
    state: dict[str, Any],
    fresh: bool,
) -> None:
    """Adds a parameter to the batch of its kind. Raises ValueError if its state or its settings do not fit it."""
    tensors = [parameter, gradient, *[state[name] for name in recipe.element_states]]
    if type(parameter) not in (torch.nn.Parameter, torch.Tensor):
        tensors = [local(tensor) for tensor in tensors]
    if parameter.is_complex():
        tensors = [real(tensor) for tensor in tensors]
    copies: Copies = []
    elements = _elements(tensors[0])
    if not (all(map(_in_one_run, tensors)) and {*map(_elements, tensors)} == {elements} and not _negated(tensors[1])):
        tensors, copies = aligned(tensors, recipe.slots > 1)
    if not all(map(_here, tensors)):
        raise ValueError("a parameter on the processor has its gradient or its state on another device")
    numbers = recipe.numbers(state, fresh)
    key = (recipe.equation, tuple(map(_dtype, tensors)), numbers[0].dtype, recipe.rounding)
    batch = batches.get(key)
    if batch is None:
        batch = batches[key] = Batch(key)
    batch.add(recipe, tensors, numbers)
    batch.kept += tensors
    batch.copies += copies
