"""How far rounding alone may carry a path: measured, not guessed.

Some paths amplify the last digit: they sit on a ridge, jump to and fro, or divide by what has almost vanished. So the
reference runs eight times more in an arithmetic that errs: every result of the operations that the engine rounds
differently is off by that much, up or down at random. How far these copies spread is what the
path makes of rounding. An engine may be off by a few times that, on top of the stated relative tolerance; once that
much is a thousandth of the domain, or a copy is no longer finite, there is nothing left to compare.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ravine.backends import numpy as reference
from ravine.equations import Equation, evaluate
from ravine.landscapes import Landscape, landscapes
from ravine.rules import Rule, rules

COPIES = 8


@dataclass(frozen=True)
class Arithmetic:
    """An engine's.

    units:         by how much, relatively, the result of an operation may differ from numpy's; by nothing if absent.
    wave_floor:    sin and cos err relatively down to this value, and by no less where they vanish.
    input_unit:    by how much the start and the settings are rounded on the way in.
    margin:        how often the spread of the copies an engine may be off: they are few, and err at random.
    """

    units: Mapping[str, float]
    wave_floor: float
    input_unit: float
    margin: float


# Doubles are exact in + - * / and sqrt everywhere; libraries differ by one unit in the rest.
DOUBLE = Arithmetic(
    dict.fromkeys(("**", "exp", "log", "sin", "cos"), 2.0**-52), wave_floor=0.0, input_unit=0.0, margin=2
)
# Chromium's software renderer, measured: its sin and cos have 12 good bits (a GPU may have 11), the rest about 24.
SINGLE = Arithmetic(
    dict.fromkeys(("+", "-", "*", "/", "sqrt", "**", "exp", "log"), 2.0**-24) | {"sin": 2.0**-12, "cos": 2.0**-12},
    wave_floor=2.0**-10,
    input_unit=2.0**-24,
    margin=20,
)


@dataclass(frozen=True)
class Expected:
    """points (steps + 1, 2) of the reference, the largest spread of the copies up to each step, the domain's width."""

    points: np.ndarray
    spread: np.ndarray
    width: float
    margin: float

    def allowed(self, tolerance: float) -> np.ndarray:
        """The largest difference at each step: `tolerance` of the largest coordinate so far, and that of rounding."""
        return tolerance * self.size + self.margin * self.spread

    @property
    def size(self) -> np.ndarray:
        return np.maximum.accumulate(np.abs(self.points).max(axis=1))

    def compared(self, tolerance: float) -> int:
        """The number of points at which there is something to compare."""
        lost = ~(self.allowed(tolerance) <= 1e-3 * self.width)
        return int(np.argmax(lost)) if lost.any() else len(lost)

    def steady(self, tolerance: float) -> bool:
        """Whether rounding counts for so little that the path is held to `tolerance`, or twice that, all the way."""
        return bool((self.margin * self.spread <= tolerance * self.size).all())

    def excess(self, engine: np.ndarray, tolerance: float) -> float:
        """The largest difference of an engine's path, as a multiple of what is allowed; NaN counts as infinite."""
        steps = self.compared(tolerance)
        off = np.abs(engine[:steps] - self.points[:steps]).max(axis=1) / self.allowed(tolerance)[:steps]
        return float(np.nan_to_num(off, nan=np.inf).max())


Walks = Mapping[str, Mapping[str, Mapping[str, float]]]  # settings by rule and landscape


def expect_all(walks: Walks, steps: int, arithmetic: Arithmetic) -> dict[str, dict[str, Expected]]:
    """Runs the reference, and copies of it that err, from each landscape's start: by rule and landscape.

    Every rule walks on the same landscapes, on all of them at once, and the rules ask for a landscape's gradient
    together: arrays are (1 + COPIES, landscapes, 2), for most of the time goes into the number of operations.
    """
    random = np.random.default_rng(0)
    erring = {}
    for name, unit in arithmetic.units.items():
        floor = arithmetic.wave_floor if name in ("sin", "cos") else 0.0
        erring[name] = _erring(reference.OPERATIONS[name], unit, random, floor)
    table = reference.OPERATIONS | reference.over_tensors(2) | erring
    rounded = _erring(np.multiply, arithmetic.input_unit, random)
    ones = np.ones((1 + COPIES, 1, 1))

    known = [rules[name] for name in walks]
    names = list(next(iter(walks.values())))
    lands = [landscapes[name] for name in names]
    shapes = [{name: rounded(value, ones) for name, value in land.parameters.items()} for land in lands]
    start = np.array([land.start for land in lands], dtype=float)
    thetas = [rounded(start, ones) for _ in known]
    chosen = []
    for by_landscape in walks.values():
        settings = [by_landscape[name] for name in names]
        chosen.append({key: rounded(np.array([[one[key]] for one in settings]), ones) for key in settings[0]})
    states = [reference.start(rule.equation, *its) for rule, *its in zip(known, thetas, chosen, strict=True)]

    paths = [np.stack(thetas)]
    for t in range(1, steps + 1):
        bound = [
            {**settings, **state, "theta": theta, "t": np.float64(t)}
            for settings, state, theta in zip(chosen, states, thetas, strict=True)
        ]
        at = np.stack([_gradient_point(rule, its, table) for rule, its in zip(known, bound, strict=True)], axis=1)
        gradients = np.empty_like(at)  # (1 + COPIES, rules, landscapes, 2)
        for place, (land, shape) in enumerate(zip(lands, shapes, strict=True)):
            x, y = at[:, :, place, :1], at[:, :, place, 1:]
            gradients[:, :, place] = np.concatenate(
                [
                    np.broadcast_to(slope, x.shape)
                    for slope in _run(land.gradient_equation, {**shape, "x": x, "y": y}, table)
                ],
                axis=-1,
            )
        for place, rule in enumerate(known):
            step, *after = _run(rule.equation, {**bound[place], "g": gradients[:, place]}, table)
            with np.errstate(all="ignore"):
                thetas[place] = table["-"](thetas[place], step)
            states[place] = dict(zip(rule.state, after, strict=True))
        paths.append(np.stack(thetas))
    walked = np.array(paths)  # (steps + 1, rules, 1 + COPIES, landscapes, 2)
    return {
        rule: {name: _expected(walked[:, i, :, j], lands[j], arithmetic) for j, name in enumerate(names)}
        for i, rule in enumerate(walks)
    }


def _expected(walked: np.ndarray, landscape: Landscape, arithmetic: Arithmetic) -> Expected:
    """From the points (steps + 1, 1 + COPIES, 2) of the reference and its copies."""
    width = float(np.ptp([landscape.domain.x, landscape.domain.y], axis=1).min())
    with np.errstate(invalid="ignore"):
        spread = np.abs(walked - walked[:, :1]).max(axis=(1, 2))
    lost = np.where(np.isnan(spread), np.inf, spread)
    return Expected(walked[:, 0], np.maximum.accumulate(lost), width, arithmetic.margin)


def _gradient_point(rule: Rule, names: Mapping[str, Any], table: Mapping[str, Callable[..., Any]]) -> Any:
    point = rule.equation.gradient_at
    return names["theta"] if point is None else evaluate(point, names, table)


def _erring(
    operation: Callable[..., Any], unit: float, random: np.random.Generator, floor: float = 0.0
) -> Callable[..., Any]:
    """The operation, off by `unit` of its result, up or down, in every copy but the first."""

    def erring(*arguments: Any) -> Any:
        exact = np.asarray(operation(*arguments))
        off = np.copysign(unit, random.random(exact.shape or (1 + COPIES, 1, 1)) - 0.5)
        off[0] = 0
        return exact + off * np.maximum(np.abs(exact), floor)

    return erring


def _run(equation: Equation, names: Mapping[str, Any], table: Mapping[str, Callable[..., Any]]) -> list[Any]:
    bound = dict(names)
    with np.errstate(all="ignore"):
        for line in equation.assignments:
            bound[line.name] = evaluate(line.expression, bound, table)
        return [evaluate(result, bound, table) for result in equation.results]
