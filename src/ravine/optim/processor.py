"""The fused path on the processor: for each pass of a rule, one call for all tensors of a kind."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ravine.backends.llvm import compile_kernel
from ravine.backends.llvm_find import blocks
from ravine.backends.llvm_formats import KAHAN, NEAREST, STOCHASTIC
from ravine.backends.llvm_machine import supports
from ravine.backends.torch import orthogonalized
from ravine.optim import threads
from ravine.optim.layout import Copies, address
from ravine.optim.recipe import Recipe
from ravine.optim.table import FORMATS, Key, Table

ROUNDINGS = {None: NEAREST, "kahan": KAHAN, "stochastic": STOCHASTIC}


def takes(parameter: torch.Tensor) -> bool:
    """Whether there is a kernel for this parameter."""
    return parameter.is_cpu and parameter.dtype in FORMATS and supports(FORMATS[parameter.dtype])


@dataclass(frozen=True)
class _Matrix:
    """A parameter of which a pass finds tensors: its first row in the table, its order of memory, and its models."""

    row: int
    shape: torch.Size
    stride: tuple[int, ...]
    slots: int


class Batch(Table):
    """The tensors of one kernel."""

    def __init__(self, key: Key):
        equation, dtypes, counter, rounding, _ = key
        self.kernel = compile_kernel(equation, tuple(FORMATS[d] for d in dtypes), FORMATS[counter], ROUNDINGS[rounding])
        layout = self.kernel.layout
        super().__init__(len(layout.matrices) if layout.whole else None)
        self.wide = torch.float64 if FORMATS[dtypes[0]] == "float64" else torch.float32
        self.stacked: list[_Matrix] = []
        self.blocks = 0
        self.once, self.found, self.sums = array("d"), array("d"), array("d")
        self.settings_of: Sequence[Recipe] | None = None  # the recipes that the settings are of
        self.settings_given = array("d")

    def add(
        self,
        group: int,
        recipe: Recipe,
        tensors: Sequence[torch.Tensor],
        numbers: Sequence[torch.Tensor],
        copies: Copies,
        shape: tuple[int, ...],
    ) -> int:
        self.blocks += recipe.slots * blocks(tensors[0].numel() // recipe.slots)
        if self.matrices:
            self.stacked.append(_Matrix(self.rows, tensors[0].shape, tensors[0].stride(), recipe.slots))
        return super().add(group, recipe, tensors, numbers, copies, shape)

    def run(self, recipes: Sequence[Recipe]) -> None:
        kernel = self.kernel
        if not self.once:
            self.once = array("d", bytes(8 * max(1, kernel.width * self.rows)))
            self.found = array("d", bytes(8 * max(1, len(kernel.numbers) * self.rows)))
            most = max(sweep.sums for sweep in kernel.sweeps)
            self.sums = array("d", bytes(8 * max(1, most * self.blocks)))
        if recipes is not self.settings_of:
            self.settings_given = array("d", [setting for group in self.groups for setting in recipes[group].rows])
            self.settings_of = recipes
        (table, _), (given, _), (once, _), (found, _), (sums, _) = (
            part.buffer_info() for part in (self.table, self.settings_given, self.once, self.found, self.sums)
        )
        seed = int(torch.randint(2**62, ())) if kernel.scatters else 0
        held: list[torch.Tensor] = []
        for sweep in kernel.sweeps:
            asked = {name: self._empty(name) for name in sweep.matrices}
            sweep.begin(table, self.rows, given, found, once)
            threads.run(sweep, table, self.rows, once, self.elements, seed if sweep.gather is None else sums)
            if sweep.gather is not None:
                sweep.gather(table, self.rows, sums, found)
            for name, tensors in asked.items():
                held += self._found(name, tensors)
        for to, copy in self.copies:
            to.copy_(copy)

    def _empty(self, name: str) -> list[torch.Tensor]:
        """Room for a tensor that a pass writes, of each parameter."""
        made = [torch.empty_strided(one.shape, one.stride, dtype=self.wide) for one in self.stacked]
        self._point(name, made)
        return made

    def _found(self, name: str, given: list[torch.Tensor]) -> list[torch.Tensor]:
        """What the next pass wants in the place of what a pass wrote."""
        made: list[torch.Tensor] = []
        while given:  # each is let go of as soon as it is done with
            tensor, one = given.pop(0), self.stacked[len(made)]
            new = orthogonalized(tensor, int(one.slots > 1))
            made.append(new if new.stride() == one.stride else torch.empty_like(tensor).copy_(new))
        self._point(name, made)
        return made

    def _point(self, name: str, tensors: Sequence[torch.Tensor]) -> None:
        column = self.kernel.layout.matrix(name)
        for one, tensor in zip(self.stacked, tensors, strict=True):
            size = tensor.numel() // one.slots * tensor.itemsize
            for slot in range(one.slots):
                self.table[(one.row + slot) * self.columns + column] = address(tensor) + slot * size
