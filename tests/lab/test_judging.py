"""A run is judged after its last step or at its best look: both are reported, by a rule that is stated."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from ravine.errors import RavineError
from ravine.lab import Run, compare, study_of
from ravine.lab.engine import train_chunk
from ravine.lab.problems.own.own_problem import own_problem

from . import made
from .configurations import configured, plain_loop

chance = torch.Generator().manual_seed(0)
X = torch.randn(260, 10, generator=chance)
Y = (2 * X[:, :3] + torch.randn(260, 3, generator=chance)).argmax(1)  # signal and noise: validation soon gets worse
PAIRS = {"train": (X[:60], Y[:60]), "validation": (X[60:160], Y[60:160]), "test": (X[160:], Y[160:])}


@pytest.fixture(autouse=True)
def quickly_calibrated(monkeypatch):
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)


def network():
    return nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 3))


def problem(**changed):
    return own_problem(
        model=network, loss=nn.functional.cross_entropy, **PAIRS, metric="loss", batch_size=10, **changed
    )


def test_the_best_look_has_test_figures_of_its_own():
    """Against a plain loop that is stopped at that step; in a stack as alone."""
    asked = configured(problem(), "sgd", lr=0.3, steps=100, evaluate_every=5)
    (alone,) = train_chunk(problem(), [asked])
    stacked, _ = train_chunk(problem(), [asked, replace(asked, seed=1)])
    assert 0 < alone.at_best.step < 100
    assert alone.at_best.validation_loss == min(alone.validation_loss)
    for run in (alone, stacked):
        at = run.at_best.step
        stopped = plain_loop(problem(), replace(asked, steps=at), lambda p: torch.optim.SGD(p, lr=0.3))
        with torch.no_grad():
            wanted = float(nn.functional.cross_entropy(stopped(X[160:]), Y[160:]))
        assert run.at_best.test_loss == pytest.approx(wanted, rel=1e-4)
        assert run.at_last.test_loss > 1.1 * run.at_best.test_loss
        assert run.result == run.at_last
        assert replace(run, judged="best").result == run.at_best
        assert Run.from_dict(run.as_dict()) == run


def test_a_lost_network_has_a_best_look_before_that():
    asked = configured(problem(), "sgd", lr=1e30, steps=10, evaluate_every=5)
    (run,) = train_chunk(problem(), [asked])
    assert run.diverged
    assert run.at_best.step == 0
    assert run.at_best.test_loss < 10 < run.at_last.test_loss


def test_a_run_stops_early_at_its_best():
    asked = configured(problem(), "sgd", lr=0.3, steps=200, evaluate_every=5)
    (whole,) = train_chunk(problem(), [asked])
    for chunk in ([asked], [asked, replace(asked, seed=1)]):
        run = train_chunk(problem(), [replace(one, patience=3) for one in chunk])[0]
        assert run.looks == whole.looks[: whole.best + 4]
        assert run.at_best.test_loss == pytest.approx(whole.at_best.test_loss, rel=1e-4)
        assert not run.diverged
        assert Run.from_dict(run.as_dict()) == run


def test_settings_are_chosen_by_what_is_judged():
    asked = {"optimizers": ["sgd"], "lrs": [0.01, 1.0], "tuning_seeds": 2, "seeds": 2, "steps": 40, "evaluate_every": 2}
    given = {"model": network, "loss": nn.functional.cross_entropy, **PAIRS, "metric": "loss"}
    last, best = (compare(**given, **asked, judge=judge) for judge in ("last", "best"))
    for comparison, judge in ((last, "last"), (best, "best")):
        summary = comparison.summaries[0]
        trials = comparison.entrants[0].trials
        ends = [getattr(run, f"at_{judge}").validation_loss for run in trials[0].runs]
        assert trials[0].validation_metric == pytest.approx(sum(ends) / len(ends))
        assert summary.test_metric == (summary.test_at_last if judge == "last" else summary.test_at_best)


def test_a_best_look_before_the_end_is_said_with_both_figures():
    def past(run):
        return replace(
            run, validation_metric=(0.1, 0.99, run.validation_metric[-1]), best_test_loss=0.1, best_test_metric=0.98
        )

    entrants = made.three().entrants
    spoiled = [replace(e, report=tuple(map(past, e.report)), tuning=tuple(map(past, e.tuning))) for e in entrants]
    said = made.comparison(*spoiled).recommendation()
    assert (
        "Its best look on validation data was in the median after step 50 of 100; what came after did not help" in said
    )
    assert "test accuracy 98.0% then, 96.4% after the last step (the last step counts here)" in said
    assert "judge at the best look (--judge best)" in said
    assert "still improving" in made.three().recommendation()


def test_what_is_at_its_best_since_long_does_not_still_improve():
    """Where the metric stays, the lower loss makes the last look the best one."""
    entrants = made.three().entrants

    def settled(run):
        return replace(run, validation_metric=(0.1, run.validation_metric[-1], run.validation_metric[-1]))

    said = made.comparison(*(replace(e, report=tuple(map(settled, e.report))) for e in entrants)).recommendation()
    assert "still improving" not in said
    assert "train longer" not in said


def test_what_cannot_be_judged_so_is_refused():
    with pytest.raises(RavineError, match="judge must be 'last' or 'best', not 'first'"):
        study_of("digits", judge="first")
    with pytest.raises(RavineError, match="a run that is stopped early is judged at its best"):
        study_of(problem(early_stopping=3), judge="last")
    assert study_of(problem(early_stopping=3)).judge_on(problem(early_stopping=3)) == "best"
