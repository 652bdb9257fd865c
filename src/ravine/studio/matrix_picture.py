"""The still picture of the matrix widget: what a step makes of a circle, and three paths through a ravine."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ravine.backends.newton_schulz import orthogonalized
from ravine.backends.numpy import Array
from ravine.lessons.state import State
from ravine.palette import LOOKS
from ravine.studio.drawing import HEIGHT, WIDTH, marker, path, run, svg, text

# As in web/src/matrix/.
STEPS, RATE = 30, 0.05
LOOKS_HERE = (replace(LOOKS[6], dash=(7, 4)), replace(LOOKS[0], dash=(2, 3)), LOOKS[1])
ENTRANTS = ("the gradient", "the sign of each entry", "orthogonalised")
LOW, HIGH = -1.15, 1.15
LEVELS = (0.02, 0.1, 0.3, 0.7, 1.5, 3, 6, 12, 25, 50)
MIDDLE, SIZE = 180, 330


class Weight:
    """A weight of two rows and columns in a ravine, ½ tr(WᵀHW), that begins as far along both of its directions."""

    def __init__(self, state: State) -> None:
        self.ratio, angle = state.numbers("ratio", (10.0,))[0], np.radians(state.numbers("turn", (30.0,))[0])
        self.passes = int(state.numbers("passes", (5.0,))[0])
        self.axes = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        self.curvature = self.axes @ np.diag([self.ratio, 1.0]) @ self.axes.T

    def gradient(self, weight: Array) -> Array:
        found: Array = self.curvature @ weight
        return found

    def orthogonalized(self, gradient: Array) -> Array:
        found: Array = orthogonalized(gradient, np.linalg.norm(gradient), np.maximum, self.passes)
        return found

    def steps(self) -> tuple[tuple[float, Callable[[Array], Array]], ...]:
        """The rate and the step of each entrant."""
        return (2 / (self.ratio + 1), lambda g: g), (RATE, np.sign), (RATE, self.orthogonalized)

    def along(self, matrix: Array) -> tuple[float, float]:
        strong, weak = np.diag(self.axes.T @ matrix @ self.axes)
        return float(strong), float(weak)

    def paths(self) -> Iterator[Array]:
        """Of each entrant: what is left along both directions, (steps + 1, 2)."""
        for rate, step in self.steps():
            weight = np.eye(2)
            left = [self.along(weight)]
            for _ in range(STEPS):
                weight = weight - rate * step(self.gradient(weight))
                left.append(self.along(weight))
            yield np.array(left)


def draw_matrix(state: State) -> bytes:
    weight = Weight(state)
    return svg([*_circle(weight), *_ravine(weight)], LOOKS_HERE)


def _circle(weight: Weight) -> Iterator[str]:
    """The unit circle, what the gradient over its norm makes of it, and what the passes make of that."""
    angles = np.linspace(0, 2 * np.pi, 97)
    circle = np.array([np.cos(angles), np.sin(angles)])
    gradient = weight.gradient(np.eye(2))
    after = weight.orthogonalized(gradient)
    yield text(24, 28, "What the step makes of a circle")
    shown = ((np.eye(2), None), (gradient / np.linalg.norm(gradient), 0), (after, 2))
    for matrix, look in shown:
        x, y = MIDDLE + 120 * np.array([[1], [-1]]) * (matrix @ circle) + np.array([[0], [45]])
        yield f'<path class="grid" d="{path(x, y)}"/>\n' if look is None else run(LOOKS_HERE[look], look, path(x, y))
    values = np.linalg.svd(after, compute_uv=False)
    yield text(24, HEIGHT - 16, f"singular values {values[0]:.2f} and {values[1]:.2f}", soft=True)


def _ravine(weight: Weight) -> Iterator[str]:
    """The contours along the weak and the strong direction, and the paths of the three entrants."""
    left, bottom, scale = WIDTH - SIZE - 12, HEIGHT - 78, SIZE / (HIGH - LOW)

    def place(weak: Array, strong: Array) -> str:
        return path(left + scale * (weak - LOW), bottom - scale * (strong - LOW))

    yield text(left, 28, "A ravine, along the two directions")
    angles = np.linspace(0, 2 * np.pi, 97)
    for level in LEVELS:
        weak, strong = np.sqrt(2 * level) * np.cos(angles), np.sqrt(2 * level / weight.ratio) * np.sin(angles)
        yield f'<path class="grid" d="{place(np.clip(weak, LOW, HIGH), np.clip(strong, LOW, HIGH))}"/>\n'
    for number, (title, points) in enumerate(zip(ENTRANTS, weight.paths(), strict=True)):
        strong, weak = np.clip(points, LOW, HIGH).T
        look = LOOKS_HERE[number]
        yield run(look, number, place(weak, strong))
        ends = left + scale * (weak[-1] - LOW), bottom - scale * (strong[-1] - LOW)
        yield marker(look, number, *ends)
        across, row = left + 12 + (0, 120, 0)[number], HEIGHT - 44 + (0, 0, 24)[number]
        yield marker(look, number, across, row - 5) + text(across + 14, row, title)
