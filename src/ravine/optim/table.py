"""The table that a kernel reads: where each parameter, its gradient and its states are, a row for each."""

from array import array
from collections.abc import Sequence

import torch

from ravine.backends.newton_schulz import extent
from ravine.equations import Equation
from ravine.optim.layout import Copies, address
from ravine.optim.recipe import Recipe

FORMATS = {
    torch.float32: "float32",
    torch.float64: "float64",
    torch.bfloat16: "bfloat16",
    torch.float16: "float16",
    torch.complex64: "float32",
    torch.complex128: "float64",
}

# Which kernel: equation, formats of the tensors and of the counter, rounding, device.
Key = tuple[Equation, tuple[torch.dtype, ...], torch.dtype, str | None, torch.device]


class Table:
    """The tensors of one kernel; a parameter of stacked models has a row for each slot.

    matrices: how many tensors the passes of its rule find for each; None if they find nothing of a whole tensor.
    rows: how many. elements: of all parameters. groups: the parameter groups, each with the row of its first settings.
    held: the tensors made for it whose addresses are in it, and the counters; the plan holds the others.
    copies: what is copied back after the step.
    """

    def __init__(self, matrices: int | None = None) -> None:
        self.matrices = matrices
        self.table = array("q")
        self.groups: dict[int, int] = {}
        self.settings = 0
        self.elements = 0
        self.rows = 0
        self.held: list[torch.Tensor] = []
        self.copies: Copies = []

    def add(
        self,
        group: int,
        recipe: Recipe,
        tensors: Sequence[torch.Tensor],
        numbers: Sequence[torch.Tensor],
        copies: Copies,
        shape: tuple[int, ...],
    ) -> int:
        """Adds a parameter, its gradient and its states; `numbers` are its counter and the states that are one number.

        shape: the parameter's, in whatever order `tensors` lie; without the axis that counts models.
        Returns the place in the table of the gradient's address, in the first of its rows.
        """
        if group not in self.groups:
            self.groups[group] = self.settings
            self.settings += recipe.slots
        self.held += numbers
        self.copies += copies
        size = tensors[0].numel() // recipe.slots
        place = len(self.table) + len(numbers) + 4  # what stands before the addresses, and the parameter's own
        whole = () if self.matrices is None else (*map(int, extent(shape)), *[0] * self.matrices)
        for slot in range(recipe.slots):
            self.elements += size
            self.rows += 1
            counter, *others = map(address, numbers)
            self.table.extend((self.elements, self.groups[group] + slot, recipe.counts and slot == 0, counter))
            self.table.extend(place + slot * number.itemsize for place, number in zip(others, numbers[1:], strict=True))
            self.table.extend(address(tensor) + slot * size * tensor.itemsize for tensor in tensors)
            self.table.extend(whole)
        return place

    @property
    def columns(self) -> int:
        return len(self.table) // self.rows

    def run(self, recipes: Sequence[Recipe]) -> None:
        """One step; `recipes` are those of the optimizer's groups."""
        raise NotImplementedError
