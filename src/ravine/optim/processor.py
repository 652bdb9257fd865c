"""The fused path on the processor: a table of addresses, and one call for all tensors of a kind."""

from array import array
from collections.abc import Sequence
from operator import attrgetter

import torch

from ravine.backends.llvm import compile_kernel, supports
from ravine.backends.llvm_formats import KAHAN, NEAREST, STOCHASTIC
from ravine.equations import Equation
from ravine.optim import threads
from ravine.optim.layout import Copies
from ravine.optim.recipe import Recipe

FORMATS = {
    torch.float32: "float32",
    torch.float64: "float64",
    torch.bfloat16: "bfloat16",
    torch.float16: "float16",
    torch.complex64: "float32",
    torch.complex128: "float64",
}
ROUNDINGS = {None: NEAREST, "kahan": KAHAN, "stochastic": STOCHASTIC}

# Equation, formats of the tensors and of the counter, rounding, device.
Key = tuple[Equation, tuple[torch.dtype, ...], torch.dtype, str | None, torch.device]

# Called for every tensor in every step: as functions, so that `map` runs them without Python in between.
address, elements = torch.Tensor.data_ptr, torch.Tensor.numel
in_one_run, negated, stride = torch.Tensor.is_contiguous, torch.Tensor.is_neg, torch.Tensor.stride
dtype, device = attrgetter("dtype"), attrgetter("device")


def takes(parameter: torch.Tensor) -> bool:
    """Whether there is a kernel for this parameter."""
    return parameter.is_cpu and parameter.dtype in FORMATS and supports(FORMATS[parameter.dtype])


class Batch:
    """The tensors of one kernel."""

    def __init__(self, key: Key):
        equation, dtypes, counter, rounding, _ = key
        self.kernel = compile_kernel(equation, tuple(FORMATS[d] for d in dtypes), FORMATS[counter], ROUNDINGS[rounding])
        self._start()
        self.once = array("d")

    def _start(self) -> None:
        self.table = array("q")
        self.groups: dict[int, int] = {}  # the parameter groups, each with the row of its first settings
        self.settings = 0
        self.elements = 0
        self.rows = 0
        self.kept: list[torch.Tensor] = []  # copies that only the table refers to
        self.copies: Copies = []

    def add(self, group: int, recipe: Recipe, tensors: Sequence[torch.Tensor], numbers: Sequence[torch.Tensor]) -> int:
        """Adds a parameter, its gradient and its states; `numbers` are its counter and the states that are one number.

        Returns the place in the table of the gradient's address, in the first of its rows.
        """
        if group not in self.groups:
            self.groups[group] = self.settings
            self.settings += recipe.slots
        size = elements(tensors[0]) // recipe.slots
        for slot in range(recipe.slots):
            self.elements += size
            self.rows += 1
            counter, *states = map(address, numbers)
            self.table.extend((self.elements, self.groups[group] + slot, recipe.counts and slot == 0, counter))
            self.table.extend(place + slot * number.itemsize for place, number in zip(states, numbers[1:], strict=True))
            self.table.extend(address(tensor) + slot * size * tensor.itemsize for tensor in tensors)
        return len(self.table) - len(tensors) + 1 - (recipe.slots - 1) * self.columns

    @property
    def columns(self) -> int:
        return len(self.table) // self.rows

    def run(self, recipes: Sequence[Recipe]) -> None:
        """One step; `recipes` are those of the optimizer's groups."""
        kernel = self.kernel
        if not self.once:
            self.once = array("d", bytes(8 * max(1, kernel.width * self.rows)))
        settings = array("d", [setting for group in self.groups for setting in recipes[group].rows])
        (table, _), (given, _), (once, _) = (part.buffer_info() for part in (self.table, settings, self.once))
        seed = int(torch.randint(2**62, ())) if kernel.scatters else 0
        kernel.begin(table, self.rows, given, once)
        threads.run(kernel, table, self.rows, once, self.elements, seed)
        for to, copy in self.copies:
            to.copy_(copy)
