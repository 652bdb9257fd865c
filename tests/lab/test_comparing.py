"""What a comparison says follows from its runs."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from ravine.lab.report.comparison import Comparison

from . import made


def test_the_leader_is_the_best_on_validation_and_the_rest_follow():
    assert [summary.name for summary in made.three().summaries] == ["momentum", "adam", "sgd"]


def test_a_summary_holds_the_figures_of_the_chosen_setting():
    summary = made.three().summaries[0]
    assert summary.setting == {"lr": 0.1}
    assert summary.borders == {}
    assert summary.trials == 3
    assert summary.validation_metric == pytest.approx(0.97)
    assert summary.test_metric == pytest.approx(np.mean((0.96, 0.966, 0.962, 0.963, 0.97)))
    assert summary.seed_deviation == pytest.approx(np.std((0.96, 0.966, 0.962, 0.963, 0.97), ddof=1))
    low, high = summary.test_interval
    student = t(4, summary.test_metric, summary.seed_deviation / np.sqrt(5)).interval(0.95)
    examples = 1.96 * np.sqrt(summary.test_metric * (1 - summary.test_metric) / 10_000)  # how many there are
    half = np.hypot(summary.test_metric - student[0], examples)
    assert (low, high) == pytest.approx((summary.test_metric - half, summary.test_metric + half), abs=1e-3)
    assert summary.steps_to_target == 100
    assert summary.seconds_to_target == pytest.approx(2.0)


def test_an_interval_of_accuracies_ends_where_they_do():
    summary = made.comparison(made.entrant("sgd", {0.1: 0.99}, (1.0, 0.99, 0.97))).summaries[0]
    assert summary.test_interval[1] == 1
    alone = made.comparison(made.entrant("sgd", {0.1: 0.99}, (1.0,)))
    assert alone.table()[0]["95% bootstrap interval"] == "–"


def test_a_miss_is_infinite_and_the_median_is_taken_over_the_seeds():
    reached = [made.run("sgd", 0.1, seed, 0.95, 0.9, middle=middle) for seed, middle in enumerate((0.91, 0.5, 0.5))]
    missed = [made.run("sgd", 0.1, seed, 0.85, 0.9) for seed in (3, 4)]

    def median(runs):
        return made.comparison(made.Entrant("sgd", "sgd", (), tuple(runs))).summaries[0].steps_to_target

    assert median(reached) == 100
    assert median([reached[0], *missed]) == np.inf
    assert median([reached[0], reached[1], *missed]) == np.inf
    assert median([*reached, *missed]) == 100


def test_seconds_go_with_steps():
    quick = made.run("sgd", 0.1, 0, 0.95, 0.9, middle=0.91, seconds=8.0)
    assert made.comparison(made.Entrant("sgd", "sgd", (), (quick,))).summaries[0].seconds_to_target == 4.0


def test_a_best_setting_on_the_border_is_flagged():
    edge = made.comparison(made.entrant("sgd", {0.01: 0.7, 0.1: 0.9}, (0.9, 0.91)))
    assert edge.summaries[0].borders == {"lr": "highest"}
    assert "may lie outside the range that was tried of sgd (highest lr)" in edge.recommendation()
    assert edge.table()[0]["best setting"] == "lr 0.1 (highest tried)"
    alone = made.comparison(made.entrant("sgd", {0.01: 0.7}, (0.9, 0.91)))
    assert alone.summaries[0].borders == {"lr": "only"}


def test_a_rate_that_was_fixed_while_another_hyperparameter_was_searched_is_no_border():
    runs = [made.run("adadelta", 1.0, k, value, value, eps=eps) for k in range(2) for eps, value in EPS.items()]
    (summary,) = made.comparison(made.Entrant("adadelta", "adadelta", (), tuple(runs))).summaries
    assert summary.setting == {"eps": 1e-4}
    assert summary.borders == {}
    assert summary.sensitivity is None


EPS = {1e-6: 0.8, 1e-4: 0.9, 1e-2: 0.7}


def test_the_share_diverged_counts_all_settings():
    lost = made.entrant("sgd", {0.01: 0.7, 0.1: 0.9}, (0.9, 0.91))
    tuning = tuple(replace(run, diverged=run.configuration.lr == 0.01) for run in lost.tuning)
    assert made.comparison(replace(lost, tuning=tuning)).summaries[0].diverged == 0.5


def test_what_paired_seeds_separate_is_behind_and_what_they_do_not_is_level():
    comparison = made.three()
    assert {name: standing.verdict for name, standing in comparison.standings.items()} == {
        "adam": "level",
        "sgd": "behind",
    }
    assert "The evidence does not separate it from adam" in comparison.recommendation()
    assert "it beats sgd, seed for seed" in comparison.recommendation()
    low, high = comparison.standings["sgd"].interval
    assert low > 0
    assert comparison.difference("sgd", "momentum") == pytest.approx((-high, -low))


def test_a_leader_that_beats_nobody_is_not_recommended_over_the_others():
    one = made.entrant("adagrad", {0.1: 0.97, 1.0: 0.5, 0.01: 0.6}, (0.95, 0.96, 0.955))
    other = made.entrant("adam", {0.1: 0.96, 1.0: 0.5, 0.01: 0.6}, (0.958, 0.955, 0.96))
    said = made.comparison(one, other).recommendation()
    assert said.startswith("No optimizer is clearly ahead: adagrad with lr 0.1 did best on validation data")
    assert made.three().recommendation().startswith("momentum with lr 0.1 is among the best: it did best")
    assert made.comparison(one).recommendation().startswith("Use adagrad with lr 0.1: it did best")


def test_a_schedule_belongs_to_the_setting():
    plain = made.entrant("adam", {0.01: 0.9, 0.1: 0.97, 1.0: 0.6}, (0.96, 0.966))
    cosine = made.comparison(
        replace(plain, **{part: _scheduled(getattr(plain, part)) for part in ("tuning", "report")}), target=0.975
    )
    assert cosine.table()[0]["best setting"] == "lr 0.1, cosine warmup=5%"
    assert cosine.recommendation().startswith("Use adam with lr 0.1, cosine warmup=5%: it")


def _scheduled(runs):
    scheduled = "cosine warmup=5%"
    return tuple(replace(run, configuration=replace(run.configuration, schedule=scheduled)) for run in runs)


@pytest.mark.parametrize(("target", "says"), [(0.975, "97.5%"), (0.9, "90%"), (0.07, "7%")])
def test_a_target_is_quoted_as_it_was_given(target, says):
    comparison = replace(made.three(), target=target)
    assert f"steps to {says}" in comparison.table()[0]
    assert f" {says} on validation data" in comparison.recommendation()


def test_a_fixed_grid_adds_no_deviation_of_its_own():
    sgd, momentum, _ = made.three().entrants
    fixed, drawn = made.comparison(sgd, replace(momentum, drawn=True)).summaries[::-1]
    assert fixed.search_deviation is None
    assert drawn.search_deviation > 0


def test_those_that_did_better_on_test_data_are_named():
    leader = made.entrant("sgd", {0.1: 0.97}, (0.95, 0.952, 0.951))
    luckier = made.entrant("adam", {0.01: 0.96}, (0.956, 0.95, 0.953))
    said = made.comparison(leader, luckier).recommendation()
    assert said.startswith("No optimizer is clearly ahead: sgd")
    assert "Of these, adam had the higher test mean." in said


def test_what_was_not_searched_is_told():
    runs = [made.run("adam", lr, k, lr, lr, beta1=0.9) for k in range(2) for lr in (0.1, 0.2)]
    (summary,) = made.comparison(made.Entrant("adam", "adam", (), tuple(runs))).summaries
    assert (summary.setting, summary.fixed) == ({"lr": 0.2}, {"beta1": 0.9})


def test_the_leader_may_be_beaten_on_test_data_and_it_says_so():
    first = made.entrant("sgd", {0.1: 0.97, 1.0: 0.5}, (0.90, 0.901, 0.902, 0.90, 0.899))
    second = made.entrant("adam", {0.1: 0.96, 1.0: 0.5}, (0.95, 0.951, 0.952, 0.95, 0.9493))
    comparison = made.comparison(first, second)
    assert comparison.standings["adam"].verdict == "ahead"
    assert "adam did better on test data" in comparison.recommendation()


def test_one_seed_and_few_seeds_are_owned_up_to():
    def with_seeds(n):
        of = [made.entrant(rule, {0.1: 0.9, 1.0: 0.5, 0.01: 0.6}, (0.9, 0.92, 0.91)[:n]) for rule in ("sgd", "adam")]
        return made.comparison(*of)

    assert "One seed cannot tell" in with_seeds(1).recommendation()
    assert "3 seeds are few" in with_seeds(3).recommendation()


def test_the_self_check_passes_fails_and_says_when_it_cannot_be_made():
    assert made.three().self_check.passed
    sgd, momentum, adam = made.three().entrants
    turned = made.comparison(replace(sgd, report=_as(sgd, 0.99)), replace(momentum, report=_as(momentum, 0.9)))
    assert turned.self_check.passed is False
    assert turned.self_check.sentence in turned.recommendation()
    absent = made.comparison(sgd, adam).self_check
    assert absent.passed is None
    assert "momentum did not take part" in absent.sentence


@pytest.mark.parametrize(
    ("rates", "says"),
    [((0.01, 0.1), "its rates reach that low, so the budget may be too short"), ((0.1, 1.0), "begin at 0.1: widen")],
)
def test_a_self_check_that_fails_gives_a_remedy_that_can_work(rates, says):
    sgd = made.entrant("sgd", {0.01: 0.90, 0.1: 0.95, 1.0: 0.9}, (0.951, 0.952, 0.953))
    tuning = [made.run("momentum", lr, seed, 0.5 + lr / 10, 0.5) for lr in rates for seed in range(3)]
    report = [made.run("momentum", max(rates), 1000 + seed, 0.6, 0.6 + seed**2 / 1000) for seed in range(3)]
    check = made.comparison(sgd, made.Entrant("momentum", "momentum", tuple(tuning), tuple(report))).self_check
    assert check.passed is False
    assert "At lr 0.01 it takes, once up to speed, nearly the steps that SGD takes at lr 0.1" in check.sentence
    assert says in check.sentence


def test_a_self_check_that_cannot_tell_does_not_say_that_momentum_is_as_good():
    sgd = made.entrant("sgd", {0.1: 0.95}, (0.9, 0.95, 0.93))
    momentum = made.entrant("momentum", {0.1: 0.95}, (0.95, 0.5, 0.93))
    check = made.comparison(sgd, momentum).self_check
    assert check.passed
    assert "is not shown to be worse than" in check.sentence


def _as(entrant, test):
    return tuple(replace(run, test_metric=test + k / 1000) for k, run in enumerate(entrant.report))


def test_lower_is_better_for_a_loss():
    low = made.entrant("adam", {0.1: 0.30, 1.0: 0.5}, (0.31, 0.32, 0.312), best=min)
    high = made.entrant("sgd", {0.1: 0.40, 1.0: 0.35}, (0.41, 0.42, 0.4123), best=min)
    comparison = made.comparison(high, low, metric="loss", target=0.6)
    assert [summary.name for summary in comparison.summaries] == ["adam", "sgd"]
    assert comparison.summaries[1].setting == {"lr": 1.0}
    assert comparison.standings["sgd"].verdict == "behind"
    assert comparison.standings["sgd"].interval[0] > 0
    assert "a loss of 0.314 on test data" in comparison.recommendation()


def test_a_study_without_tuning_seeds_chooses_among_what_it_reports():
    every = made.entrant("sgd", {0.01: 0.7, 0.1: 0.9}, ())
    comparison = made.comparison(made.Entrant("sgd", "sgd", (), every.tuning))
    assert comparison.summaries[0].setting == {"lr": 0.1}
    assert len(comparison.runs_of("sgd")) == 3


def test_json_holds_everything_without_infinities():
    sgd, *others = made.three().entrants
    lost = tuple(replace(run, validation_metric=(0.1, 0.2, 0.3), test_loss=np.inf) for run in sgd.report)
    comparison = made.comparison(replace(sgd, report=lost), *others)
    facts = json.loads(comparison.to_json())
    assert len(facts["runs"]) == len(comparison.runs) == 3 * 9 + 3 * 5
    summary = next(summary for summary in facts["summaries"] if summary["name"] == "sgd")
    assert summary["steps_to_target"] is None
    assert summary["test_loss"] is None
    assert set(facts["standings"]) == {"adam", "sgd"}
    row = next(row for row in comparison.table() if row["optimizer"] == "sgd")
    assert row["steps to 90%"] == "not reached"


@pytest.mark.filterwarnings("error")
def test_json_holds_a_loss_that_some_rate_made_infinite():
    entrants = [made.entrant(rule, {0.1: 0.3, 1.0: np.inf}, (0.31, 0.32), best=min) for rule in ("sgd", "momentum")]
    entrants[1] = replace(entrants[1], report=tuple(replace(r, test_metric=np.inf) for r in entrants[1].report))
    facts = json.loads(made.comparison(*entrants, metric="loss", target=None).to_json())
    (lost,) = (summary for summary in facts["summaries"] if summary["name"] == "momentum")
    assert lost["test_metric"] is None
    assert lost["test_interval"] == [None, None]


def test_a_grid_that_is_too_high_is_told():
    lost = made.entrant("sgd", {1e30: 0.0}, (0.0, 0.0))
    lost = replace(
        lost, **{part: tuple(replace(r, diverged=True) for r in getattr(lost, part)) for part in ("tuning", "report")}
    )
    assert made.comparison(lost).recommendation() == "Every run diverged: try lower rates."


def test_runs_that_two_entrants_share_are_counted_once():
    one = made.entrant("adam", {0.1: 0.9}, (0.9, 0.91))
    comparison = made.comparison(one, replace(one, name="adam again"))
    assert len(comparison.runs) == 3 + 2
    assert comparison.model_steps == 500
    assert isinstance(comparison, Comparison)
    with pytest.raises(KeyError):
        comparison.entrant("sgd")
