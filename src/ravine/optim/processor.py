"""The fused path on the processor: one call for all tensors of a kind."""

from array import array
from collections.abc import Sequence

import torch

from ravine.backends.llvm import compile_kernel, supports
from ravine.backends.llvm_formats import KAHAN, NEAREST, STOCHASTIC
from ravine.optim import threads
from ravine.optim.recipe import Recipe
from ravine.optim.table import FORMATS, Key, Table

ROUNDINGS = {None: NEAREST, "kahan": KAHAN, "stochastic": STOCHASTIC}


def takes(parameter: torch.Tensor) -> bool:
    """Whether there is a kernel for this parameter."""
    return parameter.is_cpu and parameter.dtype in FORMATS and supports(FORMATS[parameter.dtype])


class Batch(Table):
    """The tensors of one kernel."""

    def __init__(self, key: Key):
        super().__init__()
        equation, dtypes, counter, rounding, _ = key
        self.kernel = compile_kernel(equation, tuple(FORMATS[d] for d in dtypes), FORMATS[counter], ROUNDINGS[rounding])
        self.once = array("d")
        self.settings_of: Sequence[Recipe] | None = None  # the recipes that the settings are of
        self.settings_given = array("d")

    def run(self, recipes: Sequence[Recipe]) -> None:
        kernel = self.kernel
        if not self.once:
            self.once = array("d", bytes(8 * max(1, kernel.width * self.rows)))
        if recipes is not self.settings_of:
            self.settings_given = array("d", [setting for group in self.groups for setting in recipes[group].rows])
            self.settings_of = recipes
        (table, _), (given, _), (once, _) = (
            part.buffer_info() for part in (self.table, self.settings_given, self.once)
        )
        seed = int(torch.randint(2**62, ())) if kernel.scatters else 0
        kernel.begin(table, self.rows, given, once)
        threads.run(kernel, table, self.rows, once, self.elements, seed)
        for to, copy in self.copies:
            to.copy_(copy)
