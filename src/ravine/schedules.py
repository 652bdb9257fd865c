"""Schedules of the learning rate: factors of lr over a run, written in the equation language like the rules."""

from collections.abc import Callable
from dataclasses import dataclass

from ravine.backends.numpy import run
from ravine.backends.written import Written
from ravine.equations import Equation, cos, minimum, parse_function, pi, sqrt, where


@dataclass(frozen=True, eq=False)
class Schedule(Written):
    """The factor of lr at step `t`, counted from 1, of a run of `steps`."""

    title: str
    equation: Equation

    def __call__(self, t: int, steps: int) -> float:
        return float(run(self.equation, {"t": float(t), "steps": float(steps)})[0])


schedules: dict[str, Schedule] = {}


def _schedule(title: str) -> Callable[[Callable[..., object]], Schedule]:
    """Reads a function of `t` and `steps` and lists it by its name."""

    def read(function: Callable[..., object]) -> Schedule:
        equation = parse_function(function)
        return schedules.setdefault(equation.name, Schedule(title, equation))

    return read


@_schedule("constant")
def constant(t, steps):
    return 1


@_schedule("step: a tenth after half, a hundredth after three quarters")
def step(t, steps):
    return where(2 * (t - 1) < steps, 1, where(4 * (t - 1) < 3 * steps, 0.1, 0.01))


@_schedule("cosine, down to nought at the end")
def cosine(t, steps):
    return (1 + cos(pi * (t - 1) / steps)) / 2


@_schedule("one over the square root of the step")
def inverse_sqrt(t, steps):
    return 1 / sqrt(t)


@_schedule("warm-up over the first tenth, then constant")
def warmup(t, steps):
    return minimum(1, 10 * t / steps)
