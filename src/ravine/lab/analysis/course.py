"""How training went, from what runs have stored: the best look, and what the symptoms of `ravine.symptoms` say."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from ravine.errors import RavineError
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.store.run import Run
from ravine.monitor.course import of_held_out, of_loss, of_rate
from ravine.monitor.series import Series
from ravine.schedules import parse_schedule
from ravine.symptoms import Symptom, symptoms

# What curves of losses can tell, the cause before what follows from it.
TOLD = ("held_out_at_chance", "overfitting", "stuck", "still_improving")


@dataclass(frozen=True)
class Told:
    """A symptom that most runs of a setting show. runs: in how many; evidence: of the first of them."""

    symptom: Symptom
    evidence: str
    runs: int


@dataclass(frozen=True)
class Course:
    """One optimizer at its chosen setting, on the seeds that report.

    best: passes over the training data until the best look on validation data, the median; epochs: of the whole.
    runs: how many there are. told: what most of them show; what explains another stands in its place.
    """

    name: str
    best: float
    epochs: float
    runs: int
    told: tuple[Told, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        shown = [
            {"name": one.symptom.name, "title": one.symptom.title, "evidence": one.evidence, "runs": one.runs}
            for one in self.told
        ]
        return {"best_epoch": self.best, "epochs": self.epochs, "runs": self.runs, "symptoms": shown}


def courses(evidence: Evidence) -> list[Course]:
    """One for each optimizer, the leader first; of none whose every run diverged."""
    found = []
    for summary in evidence.summaries:
        runs = [run for run in evidence.runs_of(summary.name) if not run.diverged]
        if not runs:
            continue
        epoch = runs[0].configuration.steps / evidence.epochs
        measured = [measure(run, evidence.guessing) for run in runs]
        best = float(np.median([run.looks[run.best] for run in runs])) / epoch
        found.append(Course(summary.name, best, evidence.epochs, len(runs), _told(measured)))
    return found


def measure(run: Run, guessing: float | None) -> dict[str, float]:
    """The measurements that a stored run has, under the names of `ravine.symptoms.MEASUREMENTS`."""
    steps = float(run.looks[-1])
    train = Series()
    for look, loss in zip(run.looks, run.train_loss, strict=True):
        train.add(max(look, 1), loss)
    apart = steps / (len(run.looks) - 1)
    guess = math.nan if guessing is None else guessing
    measured = of_loss(train, steps, guess, apart) | of_held_out(run.validation_loss[1:])
    first = measured.get("loss_at_first", math.nan)
    known = {
        "steps": steps,
        "looks": float(len(run.looks) - 1),
        "guessing": guess,
        "unlearned": first if math.isnan(guess) else min(first, guess),
    }
    return {**measured, **_rate(run), **known}


def _rate(run: Run) -> dict[str, float]:
    configuration, rates = run.configuration, Series()
    try:
        schedule = parse_schedule(configuration.schedule)
    except RavineError:
        return {}  # one of the user's own, which is not at hand
    for step in range(1, configuration.steps + 1, max(1, configuration.steps // 100)):
        rates.add(step, schedule(step, configuration.steps))
    rates.add(run.looks[-1], schedule(run.looks[-1], configuration.steps))
    return of_rate(rates, float(run.looks[-1]))


def _told(measured: list[dict[str, float]]) -> tuple[Told, ...]:
    asked = [symptoms[name] for name in TOLD]
    shown = {one.name: [each for each in measured if one(each) >= 1] for one in asked}
    count = Counter({name: len(each) for name, each in shown.items()})
    most = [one for one in asked if 2 * count[one.name] > len(measured)]
    explained = {name for one in most for name in one.explains}
    return tuple(Told(one, one.words(shown[one.name][0]), count[one.name]) for one in most if one.name not in explained)
