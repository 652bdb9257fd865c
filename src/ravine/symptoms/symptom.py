"""A symptom: an equation that says how strongly a fault shows in what was measured, and what a person is told then."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ravine.backends.numpy import run
from ravine.backends.written import Written
from ravine.cell_output import formula, heading, said
from ravine.equations import Equation, parse_function
from ravine.errors import RavineError, unknown
from ravine.symptoms.measurement import MEASUREMENTS

Weight = Literal["broken", "fault", "advice"]
WEIGHTS: tuple[Weight, ...] = ("broken", "fault", "advice")


@dataclass(frozen=True, eq=False)
class Symptom(Written):
    """One thing that can be wrong with a training. It is callable on measurements, and gives its strength.

    The strength is how many times over its thresholds the training is, in the sign that shows least: it is there from 1
    on. A measurement that is missing is NaN, which makes the strength NaN: what cannot be seen is not said.

    name, title: the identifier, and the cause as a person would say it.
    source:   where the thresholds come from.
    equation: measurements, and the thresholds as keywords.
    evidence: a sentence with measurements in braces, as in "{dead:.0%} of the units of {layer} are off".
    advice:   one experiment to do next. silent: when it must not be said.
    persists: looks in a row for which it must hold.
    weight:   "broken" (nothing that is trained from here on is of use), "fault", "advice".
    explains: names of symptoms that follow from this one, and are told after it.
    contradicts: names of symptoms that cannot be so where this one is: of two such, that which is told first is told.
    """

    name: str
    title: str
    source: str
    equation: Equation
    evidence: str
    advice: str
    silent: str
    persists: int
    weight: Weight
    explains: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()

    @property
    def measurements(self) -> tuple[str, ...]:
        """What the equation reads."""
        return self.equation.inputs

    @property
    def thresholds(self) -> dict[str, float]:
        """The numbers from which on it shows."""
        return {name: value for name, value in self.equation.keywords.items() if value is not None}

    @property
    def of_a_layer(self) -> bool:
        """Whether each layer is asked by itself."""
        return any(MEASUREMENTS[name].layer for name in self.measurements)

    def __call__(self, measured: Mapping[str, float]) -> float:
        """The strength; NaN where a measurement is missing that it needs."""
        names = {name: np.float64(measured.get(name, math.nan)) for name in self.measurements}
        return float(run(self.equation, {**self.thresholds, **names})[0])

    def words(self, measured: Mapping[str, object]) -> str:
        """The evidence with its numbers."""
        return self.evidence.format_map({**self.thresholds, **measured})

    def _repr_html_(self) -> str:
        """In a notebook: what it is, its equation, and what to try."""
        shown = f"{heading(self.title, self.source)}{formula(self.mathml())}"
        return f"{shown}{said(f'Try: {self.advice}', f'It is not said {self.silent}.')}"

    def __repr__(self) -> str:
        return f"<symptom {self.name}: {self.title}>"


def symptom(
    *,
    title: str,
    source: str,
    evidence: str,
    advice: str,
    silent: str,
    persists: int = 3,
    weight: Weight = "fault",
    explains: tuple[str, ...] = (),
    contradicts: tuple[str, ...] = (),
) -> Callable[[Callable[..., object]], Symptom]:
    """Turns a function of measurements into a symptom: the function is read, and never run."""

    def read(function: Callable[..., object]) -> Symptom:
        equation = parse_function(function)
        for name in equation.inputs:
            if name not in MEASUREMENTS:
                raise unknown(f"measurement in the symptom {equation.name}", name, MEASUREMENTS)
        if not equation.inputs or equation.state or "t" in equation.keywords:
            raise RavineError(f"{equation.name}: a symptom takes measurements, and its thresholds after a *")
        if weight not in WEIGHTS or persists < 1:
            raise RavineError(f"{equation.name}: weight is one of {', '.join(WEIGHTS)}, and persists at least 1")
        words = title, source, equation, evidence, advice, silent
        return Symptom(equation.name, *words, persists, weight, explains, contradicts)

    return read
