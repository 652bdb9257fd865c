"""A budget of time is kept while it runs, whatever the machine does: studies at random, on a clock of the test's."""

import random
import sys
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from ravine.errors import RavineError
from ravine.lab import run_study, study_of
from ravine.lab.engine import Calibration, calibrate
from ravine.lab.experiment import pace
from ravine.lab.experiment.budget import skipped, smaller
from ravine.lab.experiment.executors import Workers
from ravine.lab.store.run import Run
from ravine.lab.study.study import Study

A_SECOND = 100  # steps that are foretold to take one


class Clock:
    """Seconds that pass as runs are made: a run takes `speed(now)` times what is foretold."""

    def __init__(self, speed):
        self.now, self.speed = 0.0, speed

    def perf_counter(self):
        return self.now


class Made(Workers):
    """Makes runs up, at once: a run's curve is drawn from its configuration. `stops` interrupts after so many."""

    apart = False

    def __init__(self, clock, stops=None):
        self.clock, self.stops, self.at_once, self.name = clock, stops, 1, "nobody"
        self.asked = []

    def submit(self, work, chunk, heard):
        if self.stops is not None and len(self.asked) > self.stops:
            raise KeyboardInterrupt
        for one in chunk:
            self.clock.now += self.clock.speed(self.clock.now) * one.last / A_SECOND
        self.asked += chunk
        done = Future()
        done.set_result([made_up(one) for one in chunk])
        return done


def made_up(one):
    """A run of this configuration: its rate has a quality, and each seed a luck; some rates diverge, or fail."""
    quality = random.Random(f"{one.rule} {one.hyperparameters}").random()
    luck = random.Random(f"{one.rule} {one.hyperparameters} {one.seed} {one.until}").gauss(0, 0.1)
    loss = [2.0 - (1 + quality + luck) * look / one.steps for look in one.looks]
    lost = quality < 0.15
    loss = [loss[0], *[float("inf")] * (len(loss) - 1)] if lost else loss
    metric = [0.0 if value == float("inf") else 1 - value / 4 for value in loss]
    failed = "it raised" if quality < 0.05 else None
    return Run(
        one, one.looks, tuple(loss), tuple(loss), tuple(metric), loss[-1], metric[-1], lost, 0.1, "alone", failed
    )


class Foretold(dict):
    """What every problem is found to take: a second for so many steps, whoever trains."""

    def __contains__(self, problem):
        return True

    def __missing__(self, problem):
        return Calibration(1, A_SECOND, "alone", "that is the test's")


@pytest.fixture(autouse=True)
def foretold(monkeypatch):
    monkeypatch.setattr(sys.modules[calibrate.__module__], "_known", Foretold())


@dataclass
class Kept:
    """What came of a study: how long it took, what was trained, and what was said."""

    seconds: float
    form: Study
    comparisons: list
    first: tuple


def keep(monkeypatch, study, speed, budget=None, store=None, stops=None, began=0.0):
    """The study on such a machine; None where the budget is too little for anything."""
    clock = Clock(speed)
    monkeypatch.setattr(pace, "time", clock)
    clock.now, costs = began, []
    try:
        comparisons = run_study(
            study, budget=budget, began=0.0, store=store, workers=Made(clock, stops), on_cost=costs.append
        )
    except RavineError as error:
        if "is too little: the least" in str(error):
            return None
        raise
    return Kept(clock.now, form_of(study, comparisons[-1]), comparisons, costs[0].skipped)


def form_of(study, comparison):
    """The study as far as it was carried out, by the runs that there are."""
    tuned = {run.configuration.seed for entrant in comparison.entrants for run in entrant.tuning}
    reported = {run.configuration.seed for entrant in comparison.entrants for run in entrant.report}
    assert sorted(reported) == list(range(1000, 1000 + len(reported)))
    assert sorted(tuned) == list(range(len(tuned)))
    for entrant in comparison.entrants:  # each optimizer has all of its seeds, and every run its length
        assert {run.configuration.seed for run in entrant.report} == reported
        assert {run.configuration.seed for run in entrant.tuning} == tuned
    raced = any(entrant.rungs for entrant in comparison.entrants)
    return replace(study, halving=raced, tuning_seeds=len(tuned) or None, seeds=len(reported))


def said(comparison):
    return "".join(note for note in comparison.notes if note.startswith("For the budget of"))


def drawn(chance):
    """A study: some optimizers and rates, seeds, a race or a grid, one problem or two."""
    study = study_of(
        "digits",
        optimizers=chance.sample(["sgd", "momentum", "adam", "rmsprop"], chance.randint(1, 3)),
        lrs=[10.0**-k for k in range(chance.choice([1, 3, 5, 9]))],
        steps=chance.choice([9, 27, 90]),
        tuning_seeds=chance.randint(1, 4),
        seeds=chance.randint(1, 5),
        halving=chance.random() < 0.4,
    )
    if chance.random() < 0.2:
        study = replace(study, problems=(study.problems[0], replace(study.problems[0], name="again", title="Again")))
    return study


SPEEDS = {
    "as foretold": lambda now: 1.0,
    "twice as fast": lambda now: 0.5,
    "half as fast": lambda now: 2.0,
    "four times slower": lambda now: 4.0,
}
CHANGES = {
    "slow at first": lambda limit: lambda now: 3.0 if now < limit / 4 else 1.0,
    "slow in the end": lambda limit: lambda now: 1.0 if now < limit / 2 else 2.0,
    "in waves": lambda limit: lambda now: 1.0 + (now % (limit / 3) > limit / 6),
}


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("seed", range(4))
def test_a_budget_of_time_is_used_and_not_overrun(monkeypatch, seed, speed):
    """What is spent is 85 to 115 % of it, unless nothing is left out, the least takes more, or a seed more would."""
    chance = random.Random(f"{seed} {speed}")
    study, pace_of = drawn(chance), SPEEDS[speed]
    forms = list(smaller(study))
    takes = [keep(monkeypatch, form, pace_of).seconds for form in (forms[0], forms[-1])]
    limit = max(chance.uniform(0.7, 1.3) * chance.uniform(takes[1], takes[0]), 0.1)
    kept = keep(monkeypatch, study, pace_of, f"{limit:.3f}s")
    if kept is None:
        assert takes[1] / pace_of(0) > limit * 0.99
        return
    assert all(
        said(comparison) == "" or f"For the budget of {limit:.3f}"[:20] in said(comparison)
        for comparison in kept.comparisons
    )
    out = skipped(study, kept.form)
    assert all(part in said(kept.comparisons[-1]) for part in out)
    assert bool(out) == bool(said(kept.comparisons[-1]))
    first_wave = max(pace_of(0) * pace.WAVE * limit, pace.WORTH_A_SECOND_LOOK * 1.5)
    assert kept.seconds <= 1.15 * limit or takes[1] + first_wave > limit
    if out and kept.seconds < 0.85 * limit:
        more = forms[forms.index(kept.form) - 1] if kept.form in forms else study
        one_more = keep(monkeypatch, more, pace_of).seconds - keep(monkeypatch, kept.form, pace_of).seconds
        assert kept.seconds + one_more + first_wave > limit


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(3))
def test_where_the_speed_changes_an_answer_comes_and_most_of_it_is_kept(monkeypatch, tmp_path, seed, change):
    """Stopped once and resumed, with what is left of the budget."""
    chance = random.Random(f"{seed} {change}")
    study = drawn(chance)
    whole = keep(monkeypatch, study, SPEEDS["as foretold"]).seconds
    limit = max(chance.uniform(0.4, 1.5) * whole, 1.0)
    speed = CHANGES[change](limit)
    least = keep(monkeypatch, list(smaller(study))[-1], lambda now: 3.0).seconds
    with suppress(KeyboardInterrupt):
        keep(monkeypatch, study, speed, f"{limit:.3f}s", tmp_path, stops=chance.randint(0, 3))
    kept = keep(monkeypatch, study, speed, f"{limit:.3f}s", tmp_path)
    if kept is None:
        return
    assert kept.seconds <= 1.15 * limit or least + 3 * pace.WAVE * limit > limit
    assert bool(skipped(study, kept.form)) == bool(said(kept.comparisons[-1]))
