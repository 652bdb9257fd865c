"""What a store's runs say, a row for each search that made some: which runs belong together is told by themselves."""

from collections.abc import Iterable
from math import inf, isfinite
from operator import itemgetter
from statistics import fmean
from typing import Any

from ravine.lab.analysis.entrant import Entrant
from ravine.lab.analysis.selection import lost, worth
from ravine.lab.store.run import Run
from ravine.lab.study.study import FIRST_REPORT_SEED

APART = ("problem", "problem_settings", "fingerprint", "rule", "equation")
TOGETHER = ("batch_size", "steps", "evaluate_every", "schedule")  # a search may vary them, at the same epochs
ROUNDED = 1.1  # epochs are as many at every batch size, but for the examples that an epoch leaves out


def summary(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """A row for each optimizer, schedule and budget on each problem, chosen and judged as a comparison does it.

    The setting that does best on validation data, over the tuning seeds, and its mean test metric over the seeds
    that report; None where a figure is infinite, or there are none of these. Runs share a row if they differ in
    nothing but hyperparameters, arguments of the model and seed, or in batch size and schedule where one search tried
    these: another data set or an edited rule is another row.
    """
    groups: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(tuple(getattr(run.configuration, name) for name in (*APART, *TOGETHER)), []).append(run)
    found = sorted(map(_summarise, _searches(list(groups.values()))), key=itemgetter(1), reverse=True)
    order = ("problem", "problem_settings", "fingerprint", "batch_size")
    return sorted((row for row, _ in found), key=lambda row: (*(str(row[name]) for name in order), row["steps"]))


def _searches(groups: list[list[Run]]) -> list[list[Run]]:
    """The groups, those joined that one search made over batch sizes or schedules.

    Which it were is told by what is reported: of a search the chosen setting alone, which did best on validation data.
    """
    reported = [group for group in groups if _entrant(group).report]
    joined = {id(group): list(group) for group in reported}
    alone = []
    for group in groups:
        if any(group is one for one in reported):
            continue
        homes = [one for one in reported if _may_be_of_one_search(one, group)]
        if len(homes) == 1:
            joined[id(homes[0])] += group
        else:
            alone.append(group)
    return [*joined.values(), *alone]


def _may_be_of_one_search(reported: list[Run], group: list[Run]) -> bool:
    one, other = reported[0].configuration, group[0].configuration
    examples = sorted((one.steps * one.batch_size, other.steps * other.batch_size))
    if any(getattr(one, name) != getattr(other, name) for name in APART) or examples[1] > ROUNDED * examples[0]:
        return False
    metric = reported[0].metric
    return worth(_entrant(reported).chosen(metric), metric) >= worth(_entrant(group).chosen(metric), metric)


def _entrant(runs: list[Run]) -> Entrant:
    """The optimizer of these runs: what was tried, as far as it was, and what reports."""
    tuning = sorted((run for run in runs if run.configuration.seed < FIRST_REPORT_SEED), key=_last)
    report = tuple(run for run in runs if run.configuration.seed >= FIRST_REPORT_SEED)
    rung = tuple(run for run in tuning if run.configuration.until is not None)
    rule = runs[0].configuration.rule
    if not rung or len(rung) == len(tuning):  # nobody raced, or the race is not over
        return Entrant(rule, rule, tuple(tuning), report)
    return Entrant(rule, rule, tuple(tuning[len(rung) :]), report, rungs=(rung,))


def _last(run: Run) -> float:
    return inf if run.configuration.until is None else run.configuration.until


def _summarise(runs: list[Run]) -> tuple[dict[str, Any], tuple[float, float]]:
    """The row of runs that one search made, and what rows are ordered by: more is better."""
    entrant = _entrant(runs)
    metric = runs[0].metric
    chosen = entrant.chosen(metric)
    of = chosen.setting
    reported = entrant.reported(metric)
    row = {
        "problem": of.problem,
        "problem_settings": dict(of.problem_settings),
        "fingerprint": of.fingerprint,
        "batch_size": of.batch_size,
        "evaluate_every": of.evaluate_every,
        "optimizer": of.rule if of.schedule == "constant" else f"{of.rule}, {of.schedule}",
        "equation": of.equation,
        "steps": of.steps,
        "runs": len(runs),
        "setting": {name: value for name, value in chosen.setting.setting.items() if name in entrant.searched},
        "metric": metric,
        "validation_loss": _finite(chosen.validation_loss),
        "validation_metric": _finite(chosen.validation_metric),
        "test_metric": _finite(fmean(run.result.test_metric for run in reported)) if reported else None,
        "diverged": fmean(lost(run) for trial in entrant.tried for run in trial.runs),
    }
    return row, worth(chosen, metric)


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
