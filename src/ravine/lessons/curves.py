"""Small curves beside a formula: an activation with its slope, what first weights are drawn from; as SVG."""

import math
from collections.abc import Sequence

import numpy as np

from ravine.activations import Activation
from ravine.backends.numpy import Array
from ravine.initializers import Initializer
from ravine.shown import marked_up

WIDTH, HEIGHT = 260, 150
LEFT, RIGHT, TOP, BOTTOM = 30, 8, 8, 20
REACH = 4.0  # of z, on both sides
UNITS = 100  # of the layer whose weights are shown, and of those beside it
WEIGHTS = 0.4  # of a weight, on both sides


def activation_curves(activation: Activation) -> str:
    """The activation in ink and its slope in colour, from -4 to 4."""
    z = np.linspace(-REACH, REACH, 161)
    value, slope = activation(z), activation.slope(z)
    low, high = min(-0.5, value.min(), slope.min()), min(2.0, max(1.0, value.max(), slope.max())) + 0.1
    axes = _Axes((-REACH, REACH), (low, high))
    lines = [axes.line(z, value, "curve"), axes.line(z, slope, "curve slope")]
    label = f"{activation.title}, unbroken, and its slope, dashed, from −4 to 4"
    return _svg([axes.ground((-REACH, 0, REACH), (0.0, 1.0)), *lines], label)


def initializer_curve(initializer: Initializer) -> str:
    """How densely the weights lie in a layer of 100 inputs and 100 units, from -0.4 to 0.4."""
    size = initializer.size(UNITS, UNITS)
    w = np.linspace(-WEIGHTS, WEIGHTS, 401)
    axes = _Axes((-WEIGHTS, WEIGHTS), (0.0, 1.1))
    label = f"The weights of {initializer.title} in a layer of 100 inputs and 100 units"
    ground = axes.ground((-WEIGHTS, 0, WEIGHTS), ())
    if initializer.distribution.name in ("constant", "signs"):
        places = [size] if initializer.distribution.name == "constant" else [-size, size]
        shown = [place for place in places if abs(place) <= WEIGHTS]
        beyond = [axes.arrow(place) for place in places if abs(place) > WEIGHTS]
        stems = [axes.line(np.array([place, place]), np.array([0.0, 1.0]), "curve slope") for place in shown]
        return _svg([ground, *stems, *beyond], label)
    bound, deviation = initializer.bound(UNITS, UNITS), initializer.deviation(UNITS, UNITS)
    shape = np.ones_like(w) if initializer.distribution.name == "uniform" else np.exp(-((w / deviation) ** 2) / 2)
    density = np.where(np.abs(w) <= bound, shape, 0.0)
    return _svg([ground, axes.line(w, density, "curve slope")], label)


class _Axes:
    """Maps numbers to the places of a small drawing."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]):
        self.x, self.y = x, y

    def across(self, x: Array | float) -> Array:
        return LEFT + (WIDTH - LEFT - RIGHT) * (np.asarray(x) - self.x[0]) / (self.x[1] - self.x[0])

    def up(self, y: Array | float) -> Array:
        share = np.clip((np.asarray(y) - self.y[0]) / (self.y[1] - self.y[0]), 0, 1)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)

    def line(self, x: Array, y: Array, name: str) -> str:
        points = "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(self.across(x), self.up(y), strict=True))
        return f'<path class="{name}" d="M{points}"/>'

    def arrow(self, place: float) -> str:
        """What lies beyond an edge."""
        side = math.copysign(1.0, place)
        x, y = float(self.across(side * self.x[1])) - side * 3, float(self.up(0.5))
        return f'<path class="beyond" d="M{x:.1f} {y:.1f}l{-9 * side:g} -6v12Z"/>'

    def ground(self, x: Sequence[float], y: Sequence[float]) -> str:
        """Lines at zero, and numbers at the ends."""
        parts = [f'<path class="zero" d="M{LEFT} {self.up(0.0):.1f}H{WIDTH - RIGHT}"/>']
        parts.append(f'<path class="zero" d="M{self.across(0.0):.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        for value in x:
            anchor = "start" if value < 0 else "end" if value > 0 else "middle"
            words = f"{value:g}".replace("-", "−")
            parts.append(f'<text x="{self.across(value):.1f}" y="{HEIGHT - 4}" text-anchor="{anchor}">{words}</text>')
        for value in y:
            parts.append(f'<text x="{LEFT - 5}" y="{self.up(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
        return "".join(parts)


def _svg(parts: Sequence[str], label: str) -> str:
    return (
        f'<svg class="small-curve" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{marked_up(label)}">{"".join(parts)}</svg>'
    )
