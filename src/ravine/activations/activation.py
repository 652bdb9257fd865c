"""An activation: a function of one number, with its slope and what a person wants to know about it."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ravine.backends import python
from ravine.backends.numpy import Array, run
from ravine.backends.written import Written
from ravine.cell_output import BLUE, ORANGE, formula, graph, heading, said
from ravine.equations import FUNCTIONS, Equation, gradient, parse_function
from ravine.errors import RavineError, unknown

if TYPE_CHECKING:
    from torch.nn import Module


@dataclass(frozen=True, eq=False)
class Activation(Written):
    """f(z), callable on numbers or arrays.

    name, title: what the command line and what a page calls it.
    source:      the paper with its year.
    in_torch:    PyTorch's own module of the same function, as one would write it, with the parameters' names in braces.
    good_at, hurts: one line each.
    dialect:     whose form or whose default this is, where there are several.
    family:      the name of the activation that this is a form of; its own name where it is the main form.
    """

    name: str
    title: str
    source: str
    equation: Equation
    in_torch: str
    good_at: str
    hurts: str
    dialect: str = ""
    family: str = ""

    @property
    def published(self) -> float:
        """The year of the source, for sorting: what says none comes last."""
        years = re.findall(r"\b(?:18|19|20)\d\d\b", self.source)
        return int(years[0]) if years else math.inf

    @property
    def parameters(self) -> dict[str, float]:
        """The numbers that shape it, with their defaults."""
        return {name: value for name, value in self.equation.keywords.items() if value is not None}

    def settings(self, given: Mapping[str, float]) -> dict[str, float]:
        """Every parameter, from `given` or by default; unknown names and values that are not finite are refused."""
        for name, value in given.items():
            if name not in self.parameters:
                raise unknown(f"parameter of {self.name}", name, self.parameters)
            if not np.isfinite(value):
                raise RavineError(f"{self.name}: {name} must be finite, not {value:g}")
        return {**self.parameters, **given}

    def __call__(self, z: ArrayLike, **parameters: float) -> Any:
        """f(z), in float64."""
        return self._run(self.equation, z, parameters)

    def slope(self, z: ArrayLike, **parameters: float) -> Any:
        """f′(z), in float64; at a kink it is PyTorch's."""
        return self._run(self.slope_equation, z, parameters)

    @cached_property
    def slope_equation(self) -> Equation:
        """The equation of the derivative."""
        return replace(gradient(self.equation), name=f"{self.equation.name}_slope")

    def slope_python(self) -> str:
        """The derivative in the equation language."""
        return python.write(self.slope_equation)

    def torch(self, **parameters: float) -> "Module":
        """A `torch.nn.Module` of the equation, for tensors of any shape and floating dtype.

        Its gradient is the derived slope, which stays finite where autograd's of the same lines would not.
        """
        from ravine.backends.torch_module import Elementwise

        return Elementwise(self.equation, self.settings(parameters))

    def torch_call(self, **parameters: float) -> str:
        """The line that makes PyTorch's own module: `torch.nn.ELU(alpha=1.0)`."""
        return self.in_torch.format(**self.settings(parameters))

    def variant(self, name: str, *, defaults: Mapping[str, float] | None = None, **facts: Any) -> "Activation":
        """The same arithmetic under another name, with other defaults or facts."""
        return replace(self, name=name, equation=self.equation.with_defaults(name, defaults or {}), **facts)

    def _run(self, equation: Equation, z: ArrayLike, parameters: Mapping[str, float]) -> Any:
        at: Array = np.asarray(z, dtype=np.float64)
        value = np.asarray(run(equation, {**self.settings(parameters), "z": at})[0], dtype=np.float64)
        return (value if value.shape == at.shape else np.broadcast_to(value, at.shape))[()]

    def _repr_html_(self) -> str:
        """In a notebook: the title, the formula, and the function with its slope."""
        z = np.linspace(-4.0, 4.0, 401)  # a step at 0 lies between two of them no wider than a line
        curves = [("f(z)", BLUE, self(z)), ("its slope, dashed", ORANGE, self.slope(z))]
        good_at, hurts = self.good_at and f"Good at: {self.good_at}.", self.hurts and f"Hurts: {self.hurts}."
        shown = f"{heading(self.title, self.source)}{formula(self.mathml())}{graph(z, curves)}"
        return f"{shown}{said(good_at, hurts)}"

    def __repr__(self) -> str:
        return f"<activation {self.name}: {self.title}>"


def activation(
    *, title: str = "", source: str = "", in_torch: str = "", good_at: str = "", hurts: str = "", dialect: str = ""
) -> Callable[[Callable[..., object]], Activation]:
    """Turns a function of z into an activation: the function is read, and never run.

    Keyword-only parameters are the shape's own numbers. Raises EquationError, with file and line, for what the equation
    language does not hold.
    """

    def read(function: Callable[..., object]) -> Activation:
        equation = parse_function(function)
        if equation.inputs != ("z",) or equation.state or "t" in equation.keywords:
            raise RavineError(f"{equation.name}: an activation takes z, and its own numbers after a *")
        family = function.__module__.rpartition(".")[2]
        # A function that bears a word of the language would hide it in the languages that it is written out to.
        written = replace(equation, name=f"{equation.name}_unit") if equation.name in FUNCTIONS else equation
        return Activation(
            equation.name, title or equation.name, source, written, in_torch, good_at, hurts, dialect, family
        )

    return read
