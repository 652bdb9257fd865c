"""What a network in the page learns: digits, points of two classes in a plane, and a noisy curve.

The same in web/src/network/datasets.ts, to the rounding of sin, cos and log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ravine.networks import digits
from ravine.networks.threefry import Stream, normal, uniform

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

SCALES = ("unit", "standard", "255")


@dataclass(frozen=True)
class Task:
    """Inputs and what is wanted, to train on and held out.

    classes: how many, with targets (n,) that name them; 0 for a curve, whose targets are (n,) numbers.
    centre, spread: what was made of each input: (x - centre) / spread.
    """

    train: tuple[Array, Array]
    held_out: tuple[Array, Array]
    classes: int
    centre: Array
    spread: Array

    @property
    def outputs(self) -> int:
        return self.classes or 1


HELD_OUT = 200  # points; of digits it is 360
CONSTANT = 1e-9  # an input that deviates by less is the same in every example, and keeps its size
MOST_POINTS = 2000
MOST = dict.fromkeys(("moons", "circles", "spiral", "xor", "curve"), MOST_POINTS) | {"digits": 1437}


def dataset(name: str, examples: int, *, random: float = 0.0, scale: str = "unit", seed: int = 0) -> Task:
    """The first `examples` of a data set, and what is held out.

    random: share of the examples to train on whose label is drawn anew from all classes (Zhang et al. 2017).
    scale:  "unit" is from 0 to 1 (about -1 to 1 in the plane), "standard" has mean 0 and deviation 1 on each input of
            the examples to train on, "255" is 255 times "unit".
    """
    train, held_out = _digits(examples) if name == "digits" else _points(name, examples, seed)
    classes = {"digits": 10, "curve": 0}.get(name, 2)
    draws = uniform(seed, Stream.LABELS, 0, 2 * examples).reshape(-1, 2)
    anew = np.floor(draws[:, 1] * classes) if classes else 2 * draws[:, 1] - 1
    labels = np.where(draws[:, 0] < random, anew, train[1])
    still, unit = np.zeros(train[0].shape[1]), np.ones(train[0].shape[1])
    task = Task((train[0], labels), held_out, classes, still, unit)
    return _scaled(task, scale)


def _scaled(task: Task, scale: str) -> Task:
    (train, labels), (held_out, wanted) = task.train, task.held_out
    centre, spread = task.centre, task.spread
    match scale:
        case "255":
            train, held_out, spread = 255 * train, 255 * held_out, spread / 255
        case "standard":
            centre, spread = train.mean(axis=0), train.std(axis=0)
            spread[spread <= CONSTANT] = 1.0
            train, held_out = (train - centre) / spread, (held_out - centre) / spread
    return Task((train, labels), (held_out, wanted), task.classes, centre, spread)


@cache
def _all_digits() -> tuple[Array, Array]:
    pixels, labels = digits.unpack(digits.packed())
    return pixels, labels.astype(np.float64)


def _digits(examples: int) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    pixels, labels = _all_digits()
    first = len(pixels) - digits.HELD_OUT
    return (pixels[:examples], labels[:examples]), (pixels[first:], labels[first:])


def _points(name: str, examples: int, seed: int) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    made = []
    for part, count in enumerate((examples, HELD_OUT)):
        draws = uniform(seed, Stream.POINTS, part, 2 * count).reshape(-1, 2)
        noise = normal(seed, Stream.POINTS, part + 2, 2 * count).reshape(-1, 2)
        made.append(_SHAPES[name](draws, noise, np.arange(count) % 2))
    return made[0], made[1]


def _moons(draws: Array, noise: Array, label: Labels) -> tuple[Array, Array]:
    angle = np.pi * draws[:, 0]
    upper = np.stack((np.cos(angle) - 0.5, np.sin(angle) - 0.25), axis=1)
    return np.where(label[:, None] == 0, upper, -upper) / 1.25 + 0.08 * noise, label.astype(np.float64)


def _circles(draws: Array, noise: Array, label: Labels) -> tuple[Array, Array]:
    angle, radius = 2 * np.pi * draws[:, 0], np.where(label == 0, 0.9, 0.4)
    ring = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return ring + 0.07 * noise, label.astype(np.float64)


def _spiral(draws: Array, noise: Array, label: Labels) -> tuple[Array, Array]:
    radius = 0.08 + 0.92 * np.sqrt(draws[:, 0])
    angle = 3.5 * np.pi * radius + np.pi * label
    arm = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return arm + 0.025 * noise, label.astype(np.float64)


def _xor(draws: Array, noise: Array, label: Labels) -> tuple[Array, Array]:
    points = 2 * draws - 1
    return points + 0.03 * noise, (points[:, 0] * points[:, 1] > 0).astype(np.float64)


def _curve(draws: Array, noise: Array, label: Labels) -> tuple[Array, Array]:
    x = 2 * draws[:, :1] - 1
    return x, 0.7 * np.sin(2.5 * np.pi * x[:, 0]) * (1 - 0.4 * x[:, 0]) + 0.12 * noise[:, 0]


_SHAPES: dict[str, Callable[[Array, Array, Labels], tuple[Array, Array]]] = {
    "moons": _moons,
    "circles": _circles,
    "spiral": _spiral,
    "xor": _xor,
    "curve": _curve,
}
DATASETS = ("digits", *_SHAPES)
