"""One optimizer of a comparison: what was tried of it, which setting validation data chose, how good that one is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ravine.lab.analysis import selection, tuning_cost
from ravine.lab.analysis.selection import Trial
from ravine.lab.analysis.statistics import Interval, bootstrap_interval, examples_variance, widened
from ravine.lab.metric import as_metric
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.palette import Look, looks

Border = Literal["lowest", "highest", "only"]


@dataclass(frozen=True)
class Entrant:
    """A rule with a search space, and the runs that it gave.

    name:   what tables call it; no other entrant of the comparison has it. rule: the rule's name.
    tuning: the runs of every setting on the tuning seeds; of those that went on to the end, where settings raced.
    report: runs on the report seeds, of the chosen setting at least. Where a study has no tuning seeds, because it
        reports every setting, these also choose, and there is no telling how much of the result is luck.
    drawn:  whether the settings were drawn, as points of a space, rather than those of a fixed grid.
    rungs:  where settings raced, the runs that were stopped at each rung, the first rung's first.
    """

    name: str
    rule: str
    tuning: tuple[Run, ...]
    report: tuple[Run, ...]
    drawn: bool = False
    rungs: tuple[tuple[Run, ...], ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        """All of them, in the order in which they were made."""
        return (*(run for rung in self.rungs for run in rung), *self.tuning, *self.report)

    @cached_property
    def trials(self) -> list[Trial]:
        """The settings that may be chosen, on the seeds that choose: those trained to the end."""
        return selection.trials(self.tuning or self.report)

    @cached_property
    def tried(self) -> list[Trial]:
        """Every setting as far as it was trained: where settings raced, some to a rung alone."""
        furthest: dict[Configuration, Trial] = {}
        for trial in (*(trial for rung in self.rungs for trial in selection.trials(rung)), *self.trials):
            furthest[replace(trial.setting, until=None)] = trial
        return list(furthest.values())

    @cached_property
    def alike(self) -> list[Trial]:
        """Every setting after the same share of the budget: the first rung's, where settings raced."""
        return selection.trials(self.rungs[0]) if self.rungs else self.trials

    def chosen(self, metric: str) -> Trial:
        """The setting that does best on validation data."""
        return selection.best(self.trials, metric)

    def rate_curve(self, metric: str) -> tuple[list[Trial], int]:
        """The settings that differ from the chosen one in the rate alone, by ascending rate, and its place there.

        All after the same share of the budget: the first rung's, where settings raced. [] where there is no rate.
        """
        setting = self.chosen(metric).setting
        chosen = next(trial for trial in self.alike if replace(trial.setting, until=None) == setting)
        curve = selection.rate_curve(self.alike, chosen)
        return curve, curve.index(chosen) if curve else 0

    def reported(self, metric: str) -> tuple[Run, ...]:
        """The runs of the chosen setting on the report seeds, in their order."""
        setting = self.chosen(metric).setting
        runs = (run for run in self.report if selection.setting_of(run) == setting)
        return tuple(sorted(runs, key=lambda run: run.configuration.seed))

    @property
    def searched(self) -> dict[str, tuple[Any, ...]]:
        """The values tried of whatever varies, numbers ascending; where nothing does, the learning rate."""
        tried: dict[str, set[Any]] = {}
        for trial in self.tried:
            for name, value in trial.setting.setting.items():
                tried.setdefault(name, set()).add(value)
        varied = {name: tuple(sorted(values, key=_order)) for name, values in tried.items() if len(values) > 1}
        return varied or {name: tuple(values) for name, values in tried.items() if name == "lr"}


@dataclass(frozen=True)
class Summary:
    """An entrant at its chosen setting. The metric is accuracy, from 0 to 1, or a loss.

    setting:  what was searched (hyperparameters, batch size, arguments of the model), or the learning rate.
    schedule: of that rate.
    fixed:    the others.
    borders:  which of them are the lowest, highest or only value tried, so that a better one may lie beyond.
    trials:   how many settings were tried.
    validation_metric: the mean over the tuning seeds, by which it was chosen.
    test_metric, test_loss, train_loss: means over the report seeds; test_interval: of the first, 95 %, see
        `statistics.bootstrap_interval`; of accuracies widened by the chance of which test examples there were, and no
        wider than 0 to 1.
    steps_to_target, seconds_to_target: medians over the report seeds; a run that never gets there counts as infinite.
        None where the problem has no target. Seconds are shares of the time of a pass that trains many at once.
    best_step: median over the report seeds of the step of their best look; test_at_last, test_at_best: mean test metric
        after the last step and at that look, None where one did not look then.
    diverged: the share of all runs that chose, whatever the setting, that diverged; see `selection.lost`.
    sensitivity: see `selection.sensitivity`; None where settings raced, since few were trained to the end.
    seed_deviation: standard deviation of the test metric over the report seeds: what training again would change.
    search_deviation: what drawing other settings would change, see `tuning_cost.search_deviation`; None for a
        grid, and where settings raced.
    """

    name: str
    rule: str
    setting: dict[str, Any]
    fixed: dict[str, float]
    schedule: str
    borders: dict[str, Border]
    trials: int
    seeds: int
    validation_metric: float
    test_metric: float
    test_interval: Interval
    test_loss: float
    train_loss: float
    steps_to_target: float | None
    seconds_to_target: float | None
    best_step: float
    test_at_last: float
    test_at_best: float | None
    diverged: float
    sensitivity: float | None
    seed_deviation: float | None
    search_deviation: float | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what is not finite is None."""
        facts = {**vars(self), "test_interval": [_finite(end) for end in self.test_interval]}
        return {name: _finite(value) if isinstance(value, float) else value for name, value in facts.items()}


def summarise(entrant: Entrant, metric: str, target: float | None, test_examples: int) -> Summary:
    """The figures of one entrant. ValueError where it has no run on a report seed."""
    chosen, runs = entrant.chosen(metric), entrant.reported(metric)
    if not runs:
        raise ValueError(f"{entrant.name} has no run of its chosen setting on a report seed")
    searched = entrant.searched
    setting = {name: value for name, value in chosen.setting.setting.items() if name in searched}
    tests = [run.result.test_metric for run in runs]
    raced = bool(entrant.rungs)
    drawn = entrant.drawn and len(entrant.trials) > 1 and not raced
    return Summary(
        name=entrant.name,
        rule=entrant.rule,
        setting=setting,
        fixed={name: value for name, value in chosen.setting.hyperparameters if name not in searched},
        schedule=chosen.setting.schedule,
        borders={name: end for name, value in setting.items() if (end := _border(value, searched[name]))},
        trials=len(entrant.tried),
        seeds=len(runs),
        validation_metric=chosen.validation_metric,
        test_metric=float(np.mean(tests)),
        test_interval=_interval(tests, metric, test_examples, _never_negative(entrant)),
        test_loss=float(np.mean([run.result.test_loss for run in runs])),
        train_loss=float(np.mean([run.result.train_loss for run in runs])),
        steps_to_target=None if target is None else float(np.median([steps_to(run, target, metric) for run in runs])),
        seconds_to_target=None
        if target is None
        else float(np.median([seconds_to(run, target, metric) for run in runs])),
        best_step=float(np.median([run.looks[run.best] for run in runs])),
        test_at_last=float(np.mean([run.test_metric for run in runs])),
        test_at_best=_test_at_best(runs),
        diverged=float(np.mean([selection.lost(run) for trial in entrant.tried for run in trial.runs])),
        sensitivity=None if raced else selection.sensitivity(selection.rate_curve(entrant.trials, chosen), metric),
        seed_deviation=_deviation(tests),
        search_deviation=tuning_cost.search_deviation(entrant.trials, metric) if drawn else None,
    )


def looks_of(entrants: Iterable[Entrant]) -> dict[str, Look]:
    """A look for each by name, in the order given: that of its rule, as on the pages, or one that is free."""
    rules = {entrant.name: entrant.rule for entrant in entrants}
    return dict(zip(rules, looks(list(rules.values())), strict=True))


def steps_to(run: Run, target: float, metric: str) -> float:
    """The steps before the first look at which the validation metric had reached the target; inf for none."""
    sign = selection.sign(metric)
    reached = (
        look for look, value in zip(run.looks, run.validation_metric, strict=True) if sign * value >= sign * target
    )
    return float(next(reached, np.inf))


def seconds_to(run: Run, target: float, metric: str) -> float:
    """The same in seconds: the run's share of the wall time, in proportion to the steps."""
    return steps_to(run, target, metric) * run.seconds / run.looks[-1]


def _interval(tests: list[float], metric: str, examples: int, never_negative: bool) -> Interval:
    interval = bootstrap_interval(tests)
    if not np.isfinite(interval).all():
        return interval
    if not as_metric(metric).share:
        return (max(interval[0], 0.0), interval[1]) if never_negative else interval
    mean = float(np.mean(tests))
    low, high = widened(interval, mean, examples_variance([mean], examples))
    return max(low, 0.0), min(high, 1.0)


def _test_at_best(runs: tuple[Run, ...]) -> float | None:
    found = [run.at_best.test_metric for run in runs if run.at_best is not None]
    return float(np.mean(found)) if len(found) == len(runs) else None


def _never_negative(entrant: Entrant) -> bool:
    """Whether no run ever showed a metric below 0: that of a squared error cannot be, nor can the mean over seeds."""
    return all(value >= 0 for run in entrant.runs for value in run.validation_metric)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _deviation(values: list[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 and np.isfinite(values).all() else None


def _order(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value


def _border(value: Any, tried: tuple[Any, ...]) -> Border | None:
    if any(isinstance(one, str | bool) for one in tried):
        return None  # of names, none is the highest
    if len(tried) == 1:
        return "only"
    if value == tried[0] == 0:
        return None  # below none there is nothing
    return "lowest" if value == tried[0] else "highest" if value == tried[-1] else None
