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
from ravine.monitor.finding import and_others
from ravine.monitor.series import Series
from ravine.schedules import parse_schedule
from ravine.symptoms import Symptom, symptoms

# What curves of losses and dead units can tell, the cause before what follows from it.
TOLD = ("dead_from_start", "dead_units", "held_out_at_chance", "overfitting", "stuck", "still_improving")


@dataclass(frozen=True)
class Told:
    """A symptom that most runs of a setting show. runs: in how many; evidence: of the first of them."""

    symptom: Symptom
    evidence: str
    runs: int


@dataclass(frozen=True)
class Course:
    """One optimizer at its chosen setting, on the seeds that report.

    best: passes over the training data until the best look on validation data, the median; None where every run
    diverged. epochs: of the whole.
    runs: how many there are. told: what most of them show; what explains another stands in its place.
    """

    name: str
    best: float | None
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
    """One for each optimizer, the leader first; where every run diverged, only if their units tell why."""
    found = []
    for summary in evidence.summaries:
        every = evidence.runs_of(summary.name)
        runs = [run for run in every if not run.diverged]
        told = _told([asked(run, evidence.guessing) for run in runs or every])
        if runs:
            epoch = runs[0].configuration.steps / evidence.epochs
            best = float(np.median([run.looks[run.best] for run in runs])) / epoch
            found.append(Course(summary.name, best, evidence.epochs, len(runs), told))
        elif of_units := tuple(one for one in told if one.symptom.of_a_layer):
            found.append(Course(summary.name, None, evidence.epochs, len(every), of_units))
    return found


def asked(run: Run, guessing: float | None) -> dict[str, str]:
    """The symptoms that a stored run shows, by name, with the evidence."""
    whole, shown = measure(run, guessing), {}
    layers = {
        layer: {**whole, "units": units, "dead_at_first": first / units, "dead": dead / units}
        for layer, units, first, dead in run.layers or ()
    }
    for symptom in (symptoms[name] for name in TOLD):
        measured = layers if symptom.of_a_layer else {"": whole}
        strengths = {layer: symptom(of) for layer, of in measured.items()}
        present = [layer for layer, strength in strengths.items() if strength >= 1]
        if present:
            worst = max(present, key=strengths.__getitem__)
            words = {**measured[worst], "layer": worst, "others": and_others(len(present))}
            shown[symptom.name] = symptom.words(words)
    return shown


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


def _told(shown: list[dict[str, str]]) -> tuple[Told, ...]:
    count = Counter(name for run in shown for name in run)
    most = [symptoms[name] for name in TOLD if 2 * count[name] > len(shown)]
    explained = {name for one in most for name in one.explains}
    evidence = {one.name: next(run[one.name] for run in shown if one.name in run) for one in most}
    return tuple(Told(one, evidence[one.name], count[one.name]) for one in most if one.name not in explained)
