"""The fused path on CUDA devices: the table of addresses lives on the device, and is sent there when it changes."""

import importlib.util
from array import array
from collections.abc import Sequence

import torch

from ravine.backends import triton
from ravine.optim.layout import Copies
from ravine.optim.recipe import Recipe
from ravine.optim.table import FORMATS, Key, Table

EXACT = {"enable_fp_fusion": False}  # a product is rounded before it is added to, as on the processor


def takes(parameter: torch.Tensor) -> bool:
    """Whether there is a kernel for this parameter."""
    return parameter.is_cuda and parameter.dtype in FORMATS and importlib.util.find_spec("triton") is not None


class Batch(Table):
    """The tensors of one pair of kernels."""

    def __init__(self, key: Key):
        super().__init__()
        equation, dtypes, counter, rounding, self.device = key
        formats = tuple(FORMATS[dtype] for dtype in dtypes)
        self.kernels = triton.compile_kernel(equation, formats, FORMATS[counter], rounding)
        self.scatters = rounding == "stochastic"
        self.counters: list[torch.Tensor] = []
        self.spans = array("q")  # row, first element and the one after the last, of each chunk
        self.sent: dict[str, tuple[array[int] | array[float], torch.Tensor]] = {}
        self.tensors = len(dtypes)
        self.aligned: tuple[torch.Tensor | None, bool] = (None, False)  # of which table on the device

    def add(
        self,
        group: int,
        recipe: Recipe,
        tensors: Sequence[torch.Tensor],
        numbers: Sequence[torch.Tensor],
        copies: Copies,
        shape: tuple[int, ...],
    ) -> int:
        before = self.rows
        place = super().add(group, recipe, tensors, numbers, copies, shape)
        if recipe.counts:
            self.counters.append(numbers[0])
        size = tensors[0].numel() // recipe.slots
        for row in range(before, self.rows):
            for first in range(0, size, triton.CHUNK):
                self.spans.extend((row, first, size))
        return place

    def run(self, recipes: Sequence[Recipe]) -> None:
        if self.counters:
            torch._foreach_add_(self.counters, 1)
        settings = self._settings(recipes)
        table = self._on_device("table", self.table, torch.int64)
        chunks = self._on_device("chunks", self.spans, torch.int64)
        once = self._on_device("once", array("d", bytes(8 * max(1, self.kernels.width * self.rows))), torch.float64)
        self.kernels.begin[(self.rows,)](table, settings, once, **EXACT)
        if self.spans:
            seed = torch.randint(2**62, (1,), device=self.device) if self.scatters else table
            if self.aligned[0] is not table:
                self.aligned = (table, self._is_aligned())
            self.kernels.elements[(len(self.spans) // 3,)](table, chunks, once, seed, self.aligned[1], **EXACT)
        for to, copy in self.copies:
            to.copy_(copy)

    def _is_aligned(self) -> bool:
        """Whether every tensor begins where a device can read vectors."""
        columns = range(self.columns - self.tensors, self.columns)
        return not any(place % triton.ALIGNMENT for column in columns for place in self.table[column :: self.columns])

    def _settings(self, recipes: Sequence[Recipe]) -> torch.Tensor:
        """The settings on the device; a CUDA graph reads those that are tensors there anew at every replay."""
        plain = array("d", [setting for group in self.groups for setting in recipes[group].rows_of_numbers])
        settings = self._on_device("settings", plain, torch.float64)
        row = 0
        for group in self.groups:
            recipe = recipes[group]
            width = len(recipe.settings)
            whole = settings[row * width : (row + recipe.slots) * width].view(recipe.slots, width)
            for column, value in enumerate(recipe.settings.values()):
                if isinstance(value, torch.Tensor):
                    whole[:, column].copy_(value.reshape(-1))
            row += recipe.slots
        return settings

    def _on_device(self, name: str, values: "array[int] | array[float]", dtype: torch.dtype) -> torch.Tensor:
        known = self.sent.get(name)
        if known is None or known[0] != values:
            known = self.sent[name] = (values[:], torch.tensor(values, dtype=dtype, device=self.device))
        return known[1]
