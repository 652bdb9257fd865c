"""A landscape: a function of x and y to descend, with what is known about it and the story that it tells."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ravine.backends.numpy import Array, run
from ravine.backends.written import Written
from ravine.cell_output import formula, heading, said
from ravine.contours import contours
from ravine.equations import Equation, gradient, is_name, parse_formula, parse_function
from ravine.errors import RavineError, unknown

Point = tuple[float, float]


@dataclass(frozen=True)
class Domain:
    """The rectangle that pictures show; both ends belong to it."""

    x: tuple[float, float]
    y: tuple[float, float]

    def __post_init__(self) -> None:
        for low, high in (self.x, self.y):
            if not (np.isfinite(low) and np.isfinite(high) and low < high):
                raise RavineError(f"a domain needs finite x0 < x1 and y0 < y1, not {self}")

    def holds(self, points: Array) -> Array:
        """Whether each of `points`, an array (…, 2), is in the rectangle."""
        x, y = points[..., 0], points[..., 1]
        return (self.x[0] <= x) & (x <= self.x[1]) & (self.y[0] <= y) & (y <= self.y[1])

    def __str__(self) -> str:
        return f"[{self.x[0]:g}, {self.x[1]:g}] × [{self.y[0]:g}, {self.y[1]:g}]"


@dataclass(frozen=True, eq=False)
class Landscape(Written):
    """f(x, y), callable on numbers or arrays.

    domain:  what pictures show.
    range:   the values between which contours are drawn.
    minima:  every local minimum that is known; values() gives their heights. saddles: likewise.
    start:   a point from which the story can be seen.
    lesson:  what it teaches, in one line.
    parameters: the shape's own numbers, with the values in force.
    """

    name: str
    title: str
    source: str
    equation: Equation
    domain: Domain
    range: tuple[float, float]
    minima: tuple[Point, ...]
    saddles: tuple[Point, ...]
    start: Point
    lesson: str

    def _repr_html_(self) -> str:
        """In a notebook: the title, the formula, and the surface from above."""
        picture = contours(self, self.domain.x, self.domain.y)
        return f"{heading(self.title, self.source)}{formula(self.mathml())}{said(self.lesson)}{picture}"

    @property
    def parameters(self) -> dict[str, float]:
        return {name: value for name, value in self.equation.keywords.items() if value is not None}

    def with_parameters(self, **values: float) -> "Landscape":
        """The same landscape in another shape, as in landscapes["ravine"].with_parameters(condition=100)."""
        for name, value in values.items():
            if name not in self.parameters:
                raise unknown(f"parameter of {self.name}", name, self.parameters)
            if not np.isfinite(value):
                raise RavineError(f"{self.name}: {name} must be finite, not {value:g}")
        numbers = {name: float(value) for name, value in values.items()}
        changed = replace(self, equation=self.equation.with_defaults(self.equation.name, numbers))
        around = 1e-3 * np.exp(2j * np.pi * np.arange(16) / 16)
        for x, y in self.minima:
            if not np.all(changed(x + around.real, y + around.imag) >= changed(x, y)):
                shape = ", ".join(f"{name}={value:g}" for name, value in numbers.items())
                raise RavineError(f"{self.name} with {shape} has no minimum at ({x:g}, {y:g}): choose another value")
        return changed

    def __call__(self, x: ArrayLike, y: ArrayLike) -> Any:
        """The height at (x, y); arrays broadcast."""
        return run(self.equation, self._names(x, y))[0]

    def gradient(self, x: ArrayLike, y: ArrayLike) -> tuple[Any, Any]:
        """(∂f/∂x, ∂f/∂y), exact; arrays broadcast."""
        slopes = run(self.gradient_equation, self._names(x, y))
        return slopes[0], slopes[1]

    @cached_property
    def gradient_equation(self) -> Equation:
        """The equation of the two derivatives."""
        return gradient(self.equation)

    def _names(self, x: ArrayLike, y: ArrayLike) -> dict[str, Array]:
        point = {"x": np.asarray(x, dtype=np.float64), "y": np.asarray(y, dtype=np.float64)}
        return {**self.equation.keywords, **point}  # type: ignore[dict-item]

    def __repr__(self) -> str:
        return f"<landscape {self.name}: {self.title}, {self.domain}>"


def landscape(
    *,
    title: str,
    source: str,
    x: tuple[float, float],
    y: tuple[float, float],
    range: tuple[float, float],
    start: Point,
    lesson: str,
    minima: Iterable[Point] = (),
    saddles: Iterable[Point] = (),
) -> Callable[[Callable[..., object]], Landscape]:
    """Turns a function of x and y into a landscape: the function is read, and never run.

    Keyword-only parameters are the shape's own numbers. Raises EquationError for what the equation language lacks.
    """

    def read(function: Callable[..., object]) -> Landscape:
        equation = parse_function(function)
        if equation.inputs != ("x", "y") or equation.state or not is_name(equation.name):
            raise RavineError(f"{equation.name}: a landscape takes x and y, and has a name in lower case")
        known = (tuple(minima), tuple(saddles))
        return Landscape(equation.name, title, source, equation, Domain(x, y), range, *known, start, lesson)

    return read


def from_formula(text: str, domain: Mapping[str, tuple[float, float]] | Domain | None = None) -> Landscape:
    """The landscape of a formula in x and y that a user typed, such as "x**2 - y**2"; by default on [-2, 2] squared.

    Its contours span its values over the domain. Raises EquationError with the column for what cannot be read, and
    RavineError where the formula has no finite value anywhere on the domain.
    """
    if not isinstance(domain, Domain):
        domain = Domain(**(domain or {"x": (-2.0, 2.0), "y": (-2.0, 2.0)}))
    equation = Equation("formula", ("x", "y"), {}, {}, (), (parse_formula(text),))
    x, y = np.meshgrid(np.linspace(*domain.x, 101), np.linspace(*domain.y, 101))
    heights = np.broadcast_to(run(equation, {"x": x, "y": y})[0], x.shape)
    finite = np.isfinite(heights)
    if not finite.any():
        raise RavineError(f"formula: {text} has no finite value on {domain}; give another --domain x0,x1,y0,y1")
    # A quarter in from a corner, or the nearest point with a value: seldom a symmetric one, where gradients vanish.
    away = np.hypot(x - x[23, 23], y - y[23, 23])
    nearest = np.unravel_index(np.argmin(np.where(finite, away, np.inf)), x.shape)
    start = (float(x[nearest]), float(y[nearest]))
    span = (float(heights[finite].min()), float(heights[finite].max()))
    title = " ".join(text.split())
    return Landscape("formula", title, "", equation, domain, span, (), (), start, "your own formula")
