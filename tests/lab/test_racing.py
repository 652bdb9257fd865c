"""Settings race: few are trained to the end, the same ones whoever trains them, and the choice is that of the grid."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ravine
from ravine.errors import RavineError
from ravine.lab import Store, run_study, study_of
from ravine.lab.analysis import selection
from ravine.lab.engine import train_chunk
from ravine.lab.experiment.racing import Race, Rung, going_on, hopeless, ladder, stopped
from ravine.lab.problems import find_problem
from ravine.lab.report.searches import summary

from . import made
from .configurations import configured

SMALL = Path(__file__).parent / "small.py"
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]
CHOICES = {"optimizers": ["sgd", "adam"], "lrs": RATES, "steps": 27, "tuning_seeds": 2, "seeds": 2}


@pytest.fixture(scope="module")
def study():
    return study_of(SMALL, halving=True, schedule="cosine", **CHOICES)


@pytest.fixture(scope="module")
def done(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("race")
    (comparison,) = run_study(study, store=folder, workers=1, stack=32)
    return comparison, folder


def facts(folder):
    found = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
    for one in found.values():
        del one["seconds"]
    return found


def test_every_rung_saves_and_the_whole_never_costs_more_than_the_grid():
    assert ladder(11) == (Rung(9, 11), Rung(3, 4), Rung(1, 2))
    assert ladder(27) == (Rung(9, 27), Rung(3, 9), Rung(1, 3))
    for settings in range(1, 200):
        rungs = ladder(settings)
        cost = sum(rung.settings / rung.part for rung in rungs)
        assert (rungs[0].settings, rungs[-1].part) == (settings, 1)
        assert cost <= settings
        assert cost / settings < (0.5 if settings >= 8 else 1.01)
        assert rungs[-1].settings >= min(settings, 2)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("schedule", ["cosine warmup=10%", "step factor=0.1 every=20%"])
def test_a_run_that_is_stopped_has_followed_the_schedule_of_the_whole_budget(size, schedule):
    problem = find_problem(SMALL)
    whole = [configured(problem, "adam", seed=s, steps=36, schedule=schedule, evaluate_every=4) for s in range(size)]
    part = [stopped(one, 9) for one in whole]
    assert [one.last for one in part] == [4] * size
    for run, short in zip(train_chunk(problem, whole), train_chunk(problem, part), strict=True):
        assert short.looks == run.looks[:2] == (0, 4)
        for curve in ("train_loss", "validation_loss", "validation_metric"):
            assert getattr(short, curve) == getattr(run, curve)[:2]


def test_few_are_trained_to_the_end_and_the_reporting_seeds_all_are(done):
    comparison, _ = done
    for entrant in comparison.entrants:
        first, second = (len(rung) for rung in entrant.rungs)
        assert first == 11 * 2
        assert second <= 4 * 2  # less those that were lost by then
        assert {run.configuration.until for rung in entrant.rungs for run in rung} == {3, 9}
        assert len(entrant.tuning) <= 2 * 2
        assert all(run.configuration.until is None for run in (*entrant.tuning, *entrant.report))
        assert {run.configuration.seed for run in entrant.report} == {1000, 1001}
        assert {run.configuration.seed for rung in entrant.rungs for run in rung} == {0, 1}
        assert entrant.reported("accuracy") == entrant.report
    summary = comparison.summaries[0]
    assert (summary.trials, summary.sensitivity) == (11, None)
    assert comparison.model_steps < 0.45 * 2 * 11 * 2 * 27 + 2 * 2 * 27
    assert any(note.startswith("Settings raced: 18 of 22 were stopped") for note in comparison.notes)


def test_a_report_of_a_race_shows_all_settings_where_all_still_raced(done, tmp_path):
    comparison, _ = done
    comparison.to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "against learning rate at the first rung, a ninth of the budget" in page
    assert "so far against tuning budget" not in page
    for entrant in comparison.entrants:
        curve, place = entrant.rate_curve("accuracy")
        assert [trial.lr for trial in curve] == sorted(RATES)
        assert {run.configuration.until for trial in curve for run in trial.runs} == {3}
        assert curve[place].lr == entrant.chosen("accuracy").setting.lr


def test_test_data_and_reporting_seeds_choose_nothing(study, done, tmp_path):
    comparison, folder = done
    spoiled = Store(tmp_path)
    for run in Store(folder).runs():
        spoiled.write(replace(run, test_metric=1 - run.test_metric, test_loss=9.0))
    (after,) = run_study(study, store=spoiled, workers=1, stack=32)
    chosen = [[entrant.chosen("accuracy").setting for entrant in of.entrants] for of in (comparison, after)]
    assert chosen[0] == chosen[1]


def test_a_race_that_is_stopped_goes_on_and_ends_the_same(study, done, tmp_path):
    class StoppedError(Exception):
        pass

    for moment in (40, 56):  # within the first rung and after it
        shutil.rmtree(tmp_path)

        def stop(progress, moment=moment):
            if progress.runs >= moment:
                raise StoppedError

        with pytest.raises(StoppedError):
            run_study(study, store=tmp_path, workers=1, stack=32, on_progress=stop)
        assert 0 < len(facts(tmp_path)) < len(facts(done[1]))
        run_study(study, store=tmp_path, workers=1, stack=32)
        assert facts(tmp_path).keys() == facts(done[1]).keys()


def test_workers_and_hash_seeds_change_nothing(done, tmp_path):
    options = ["--optimizers", "sgd,adam", "--lrs", ",".join(map(str, RATES)), "--steps", "27", "--halving"]
    options += ["--tuning-seeds", "2", "--seeds", "2", "--schedule", "cosine", "--stack", "32", "--workers", "2"]
    command = [sys.executable, "-m", "ravine.cli", "compare", str(SMALL), *options, "--store", str(tmp_path), "-q"]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "7"}, check=True, capture_output=True, timeout=300)
    assert facts(tmp_path) == facts(done[1])


def test_a_race_chooses_what_the_grid_chooses():
    """On 12 triples of seeds and grids of 5 to 11 rates, for a rule that wants large rates and one that does not."""
    problem = find_problem(SMALL)
    study = study_of(SMALL, **{**CHOICES, "tuning_seeds": 36, "steps": 45, "evaluate_every": 45})
    same, raced, given_up = 0, 0, []
    for entry in study.entries:
        whole = study.configurations(problem, 80, entry, range(36))
        runs = {}
        for part in (9, 3, 1):
            chunk = [stopped(one, part) for one in whole]
            for first in range(0, len(chunk), 132):
                runs |= {run.configuration: run for run in train_chunk(problem, chunk[first : first + 132])}
        for first in range(0, 36, 3):
            for rates in (RATES, RATES[1:10], RATES[2::2], RATES[1:8]):
                some = [one for one in whole if one.seed in range(first, first + 3) and one.lr in rates]
                race = Race(some, ladder(len(rates)), lambda of, runs=runs: [runs[one] for one in of], "accuracy")
                by_race, by_grid = (
                    selection.best(selection.trials([runs[one] for one in of]), "accuracy")
                    for of in (race.last(), some)
                )
                raced += 1
                same += by_race.lr == by_grid.lr
                mean = {
                    lr: np.mean([runs[one].validation_metric[-1] for one in whole if one.lr == lr])
                    for lr in (by_race.lr, by_grid.lr)
                }
                given_up.append(mean[by_grid.lr] - mean[by_race.lr])
    assert same / raced > 0.7, f"{same} of {raced}"
    assert np.mean(given_up) < 0.005, f"of accuracy, over all 36 seeds: {np.mean(given_up):.4f}, {max(given_up):.3f}"


def test_what_has_no_hope_gives_way_to_what_has():
    def run(lr, seed, loss, **others):
        return replace(made.run("sgd", lr, seed, 0.5, 0.5), train_loss=loss, **others)

    still, moving, slow = (2.30, 2.301, 2.299), (2.3, 1.0, 0.5), (2.3, 2.29, 2.26)
    early = replace(run(0.1, 0, moving).configuration, until=11)
    assert hopeless(run(0.1, 0, still))
    assert hopeless(run(0.1, 0, moving, diverged=True))
    assert hopeless(run(0.1, 0, moving, validation_loss=(2.3, 9.0, 9.0), configuration=early))
    assert hopeless(run(0.1, 0, moving, failed="its loss raised something", diverged=True))
    assert not hopeless(run(0.1, 0, moving, validation_loss=(2.3, 2.4, 2.31), diverged=True, configuration=early))
    assert not hopeless(run(0.1, 0, moving))
    assert not hopeless(run(0.1, 0, slow))
    assert not hopeless(run(0.1, 0, (2.3, 0.1, 0.1)))  # it has learned what there is
    tried = selection.trials([run(lr, s, loss) for lr, loss in {0.1: still, 0.2: moving}.items() for s in range(2)])
    assert {one.lr for one in going_on(tried, 2, "accuracy")} == {0.2}
    assert {one.lr for one in going_on(tried[:1], 2, "accuracy")} == {0.1}


def test_a_store_of_a_race_is_one_row(done):
    comparison, folder = done
    rows = summary(Store(folder).runs())
    assert len(rows) == 2
    for row, found in zip(rows, comparison.summaries, strict=True):
        assert (row["optimizer"], row["setting"]["lr"]) == (f"{found.rule}, {found.schedule}", found.setting["lr"])
        assert row["test_metric"] == pytest.approx(found.test_metric)
        assert row["diverged"] == pytest.approx(found.diverged)


@pytest.mark.parametrize("fault", [{"until": 0}, {"until": 100}, {"until": 2.0}, {"until": True}])
def test_a_stored_run_that_is_stopped_nowhere_is_none(fault):
    run = made.run("sgd", 0.1, 0, 0.5, 0.5)
    changed = run.as_dict() | {"configuration": run.as_dict()["configuration"] | fault}
    with pytest.raises((ValueError, TypeError)):
        type(run).from_dict(changed)


@pytest.mark.parametrize(
    ("choices", "words"),
    [({"halving": 3}, "halving must be true or false"), ({"halving": True, "report": "every"}, "leave halving out")],
)
def test_what_makes_no_race_is_refused(choices, words):
    with pytest.raises(RavineError, match=words):
        ravine.compare(SMALL, **choices)
