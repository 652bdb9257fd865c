"""An initializer: what a layer's weights and biases are before the first step, as equations in its fans."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ravine.backends import latex, mathml, python
from ravine.backends.numpy import run
from ravine.backends.written import Written
from ravine.cell_output import formula, heading, said, table
from ravine.equations import Equation, Expression, Name, Number, parse_formula, parse_function
from ravine.errors import RavineError, unknown
from ravine.initializers.distribution import DISTRIBUTIONS, Distribution

if TYPE_CHECKING:
    from torch import Generator, Tensor

FANS = ("fan_in", "fan_out")
SHOWN = ((16, 16), (64, 10), (784, 128))  # layers, in a notebook


@dataclass(frozen=True, eq=False)
class Initializer(Written):
    """The size of the first weights in `fan_in` and `fan_out`: how many inputs a unit has, and how many units read it.

    equation:     the size: a uniform's bound, a normal's deviation, a constant's value (see distribution.py).
    distribution: what the weights are drawn from.
    bias_equation, bias_distribution: the same of the biases.
    source:       the paper with its year and equation, or what it stands for.
    dialect:      the framework whose form this is, or "paper"; "" for one that is only to be seen fail.
    family:       the name of the initializer that this is a form of; its own name where it is the main form.
    good_at, hurts: one line each.
    """

    name: str
    title: str
    source: str
    equation: Equation
    distribution: Distribution
    bias_equation: Equation
    bias_distribution: Distribution
    good_at: str
    hurts: str
    dialect: str = ""
    family: str = ""

    @property
    def parameters(self) -> dict[str, float]:
        """Its own numbers with their defaults: mostly `gain`, which makes up for what an activation loses."""
        return {name: value for name, value in self.equation.keywords.items() if value is not None}

    def size(self, fan_in: float, fan_out: float, **parameters: float) -> float:
        """The equation's value: bound, deviation or value, as the distribution has it."""
        return self._size(self.equation, fan_in, fan_out, parameters)

    def bound(self, fan_in: float, fan_out: float, **parameters: float) -> float:
        """The largest weight, in absolute value, that can be drawn; infinite for a normal distribution."""
        return self.distribution.bound(self.size(fan_in, fan_out, **parameters))

    def deviation(self, fan_in: float, fan_out: float, **parameters: float) -> float:
        """The standard deviation of the weights."""
        return self.distribution.deviation(self.size(fan_in, fan_out, **parameters))

    def torch_(
        self,
        weight: "Tensor",
        bias: "Tensor | None" = None,
        *,
        generator: "Generator | None" = None,
        **parameters: float,
    ) -> "Tensor":
        """Fills a weight in place, (fan_out, fan_in) or a convolution's (fan_out, fan_in, …), and its bias if given.

        Where torch.nn.init has the same, the same seed gives the same weights. Returns the weight.
        """
        import torch

        if weight.dim() < 2:
            raise RavineError(f"{self.name} fills a weight of two axes or more, (fan_out, fan_in, …): biases go second")
        if not weight.numel():
            return weight
        window = weight[0, 0].numel()
        fans = weight.shape[1] * window, weight.shape[0] * window
        settings = self.settings(parameters)
        with torch.no_grad():
            self.distribution.fill(weight, self._size(self.equation, *fans, settings), generator)
            if bias is not None:
                self.bias_distribution.fill(bias, self._size(self.bias_equation, *fans, settings), generator)
        return weight

    def settings(self, given: Mapping[str, float]) -> dict[str, float]:
        """Every parameter, from `given` or by default; unknown names and values that are not finite are refused."""
        for name, value in given.items():
            if name not in self.parameters:
                raise unknown(f"parameter of {self.name}", name, self.parameters)
            if not abs(value) < float("inf"):
                raise RavineError(f"{self.name}: {name} must be finite, not {value:g}")
        return {**self.parameters, **given}

    def bias_python(self) -> str:
        """The size of the biases in the equation language."""
        return python.write(self.bias_equation)

    def latex(self) -> str:
        """What weights and biases are drawn from, and the size: an `aligned` block."""
        return latex.aligned(self._lines)

    def mathml(self) -> str:
        """The same as one MathML element."""
        return mathml.table(self._lines, self.equation)

    @cached_property
    def _lines(self) -> list[tuple[str, str, str]]:
        shown = self.parameters
        *rows, (_, _, value) = latex.lines(self.equation)
        if isinstance(only := self.equation.results[0], Name) and only.id in shown:
            value = latex.number(shown.pop(only.id))
        letter = self.distribution.size
        if self.distribution.draws:
            drawn = ("W", r"\sim", self.distribution.latex.format(letter))
            rows = [drawn, *rows, (letter, "=", value)]
        else:
            rows = [*rows, ("W", "=", value)]
        rows += [(latex.symbol(name), "=", latex.number(default)) for name, default in shown.items()]
        bias = latex.lines(self.bias_equation)[-1][2]
        relation = r"\sim" if self.bias_distribution.draws else "="
        return [*rows, ("b", relation, self.bias_distribution.latex.format(bias))]

    def variant(self, name: str, *, defaults: Mapping[str, float] | None = None, **facts: Any) -> "Initializer":
        """The same arithmetic under another name, with other defaults or facts; `distribution` and `bias` by name."""
        made = replace(self, name=name, equation=self.equation.with_defaults(name, defaults or {}))
        if "distribution" in facts:
            facts["distribution"] = _distribution(name, facts["distribution"])
        if "bias" in facts:
            facts |= _bias(made.equation, facts.pop("bias"))
        return replace(made, **facts)

    def _size(self, equation: Equation, fan_in: float, fan_out: float, parameters: Mapping[str, float]) -> float:
        for name, fan in zip(FANS, (fan_in, fan_out), strict=True):
            if not 0 < fan < float("inf"):
                raise RavineError(f"{self.name}: {name} must be a positive number, not {fan:g}")
        names = {**self.settings(parameters), "fan_in": float(fan_in), "fan_out": float(fan_out)}
        return float(run(equation, names)[0])

    def _repr_html_(self) -> str:
        """In a notebook: the title, what weights are drawn from, and how wide that is for layers of some widths."""
        rows = [
            (f"{fan_in} to {fan_out}", _limit(self.bound(fan_in, fan_out)), f"{self.deviation(fan_in, fan_out):.4g}")
            for fan_in, fan_out in SHOWN
        ]
        sizes = table(rows, ("layer", "largest weight", "standard deviation"))
        good_at, hurts = self.good_at and f"Good at: {self.good_at}.", self.hurts and f"Hurts: {self.hurts}."
        return f"{heading(self.title, self.source)}{formula(self.mathml())}{sizes}{said(good_at, hurts)}"

    def __repr__(self) -> str:
        return f"<initializer {self.name}: {self.title}>"


def initializer(
    *,
    distribution: str,
    title: str = "",
    source: str = "",
    bias: float | str = 0.0,
    good_at: str = "",
    hurts: str = "",
    dialect: str = "",
) -> Callable[[Callable[..., object]], Initializer]:
    """Turns a function of fan_in and fan_out into an initializer: the function is read, and never run.

    distribution: "uniform", whose bound the function returns; "normal" or "truncated", whose deviation; "signs", plus
        or minus what it returns; or "constant".
    bias:         the biases' value; or, in quotes, the formula of a uniform distribution's bound.
    Keyword-only parameters are its own numbers. Raises EquationError for what the equation language does not hold.
    """

    def read(function: Callable[..., object]) -> Initializer:
        equation = parse_function(function)
        if equation.inputs != FANS or equation.state or "t" in equation.keywords:
            raise RavineError(
                f"{equation.name}: an initializer takes fan_in and fan_out, and its own numbers after a *"
            )
        return Initializer(
            equation.name,
            title or equation.name,
            source,
            equation,
            _distribution(equation.name, distribution),
            good_at=good_at,
            hurts=hurts,
            dialect=dialect,
            family=function.__module__.rpartition(".")[2],
            **_bias(equation, bias),
        )

    return read


def _limit(bound: float) -> str:
    """A normal distribution's largest weight has none."""
    return "no limit" if math.isinf(bound) else f"{bound:.4g}"


def _distribution(name: str, wanted: str) -> Distribution:
    if wanted not in DISTRIBUTIONS:
        raise unknown(f"distribution of {name}", wanted, DISTRIBUTIONS)
    return DISTRIBUTIONS[wanted]


def _bias(equation: Equation, bias: float | str) -> dict[str, Any]:
    known = (*FANS, *equation.keywords)
    size: Expression = parse_formula(bias, known) if isinstance(bias, str) else Number(float(bias))
    own = replace(equation, name=f"{equation.name}_bias", assignments=(), results=(size,))
    return {
        "bias_equation": own,
        "bias_distribution": DISTRIBUTIONS["uniform" if isinstance(bias, str) else "constant"],
    }
