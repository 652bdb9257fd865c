"""A study keeps to its budget: what is left out is the least, it is said beforehand, and nothing is trained shorter."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

import ravine
from ravine.errors import RavineError
from ravine.lab import run_study, study_of
from ravine.lab.experiment.budget import Budget, read_budget, skipped, smaller
from ravine.lab.experiment.executors import Here

SMALL = Path(__file__).parent / "small.py"
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
CHOICES = {"optimizers": ["sgd", "adam"], "lrs": RATES, "steps": 27, "tuning_seeds": 2, "seeds": 3}
WHOLE = 27 * (2 * 9 * 2 + 2 * 3)


@pytest.mark.parametrize(
    ("given", "budget"),
    [
        ("30min", Budget(seconds=1800.0)),
        ("90 s", Budget(seconds=90.0)),
        ("1.5h", Budget(seconds=5400.0)),
        (" 2 H ", Budget(seconds=7200.0)),
        ("200000", Budget(steps=200_000)),
        ("200,000 steps", Budget(steps=200_000)),
        (5, Budget(steps=5)),
    ],
)
def test_a_budget_is_a_time_or_a_count_of_steps(given, budget):
    assert read_budget(given) == budget


@pytest.mark.parametrize(
    "given",
    [
        "",
        "soon",
        "30 years",
        "0",
        "0min",
        "-5",
        "1.5 steps",
        True,
        3.5,
        None,
        "min",
        "1e9h",
        "9" * 400,
        "9" * 400 + "h",
    ],
)
def test_what_is_neither_is_refused(given):
    with pytest.raises(RavineError, match="budget must be a time, as in 30min"):
        read_budget(given)


def test_a_budget_is_named_as_it_was_given():
    given = ("30 min", "90 s", "2 h", "150 s", "200,000 steps")
    assert [str(read_budget(text)) for text in given] == list(given)


def test_less_and_less_is_left_and_every_run_keeps_its_length():
    study = study_of(SMALL, **CHOICES)
    forms = list(smaller(study))
    assert [skipped(study, form) for form in forms] == [
        [],
        ["settings race"],
        ["settings race", "1 of 2 seeds chooses"],
        ["settings race", "1 of 2 seeds chooses", "2 of 3 seeds report"],
    ]
    for form in forms:
        same = {"halving": study.halving, "tuning_seeds": study.tuning_seeds, "seeds": study.seeds}
        assert replace(form, **same) == study


@pytest.mark.parametrize(
    ("budget", "out"),
    [
        (WHOLE, []),
        (WHOLE - 1, ["settings race"]),
        (500, ["settings race", "1 of 2 seeds chooses"]),
    ],
)
def test_steps_are_kept_to_and_what_is_left_out_is_said_first_and_last(budget, out):
    heard = []
    (comparison,) = run_study(
        study_of(SMALL, **CHOICES), budget=budget, workers=Here(), stack=64, on_cost=lambda cost: heard.append(cost)
    )
    assert comparison.model_steps <= budget
    assert list(heard[0].skipped) == out
    assert heard[0].steps <= budget
    assert heard[0].budget == f"{budget:,} steps"
    said = [note for note in comparison.notes if note.startswith("For the budget of")]
    assert len(said) == bool(out)
    assert all(part in said[0] for part in out)
    for entrant in comparison.entrants:
        assert all(run.looks[-1] == 27 for run in (*entrant.tuning, *entrant.report))


def test_a_budget_that_is_too_little_for_anything_says_what_the_least_takes():
    with pytest.raises(
        RavineError, match=r"a budget of 10 steps is too little: the least, with settings race, .* takes"
    ):
        ravine.compare(SMALL, budget=10, workers=1, **CHOICES)


def test_a_clock_is_kept_within_its_budget():
    began = time.perf_counter()
    comparison = ravine.compare(SMALL, budget="60s", workers=1, **CHOICES)
    assert time.perf_counter() - began < 60 * 1.15
    assert not [note for note in comparison.notes if note.startswith("For the budget of")]
