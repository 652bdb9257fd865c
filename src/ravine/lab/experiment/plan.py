"""A study on one problem: which runs it needs, as far as that is known, and what comes of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ravine.lab.analysis import selection
from ravine.lab.analysis.entrant import Entrant
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.lab.study.entry import Entry
from ravine.lab.study.study import Study

if TYPE_CHECKING:  # with torch
    from ravine.lab.problems.problem import Problem

Find = Callable[[Configuration], Run | None]


class Plan:
    """The runs of a study on `problem`. `find` gives those that are made.

    steps: of a run, in the mean. on_cpu: whether the processor trains them, rather than another device.
    """

    def __init__(self, study: Study, problem: "Problem", find: Find):
        from ravine.lab.engine.device import data_of  # with torch, which `import ravine` must not need
        from ravine.lab.problems.own.preflight import check_arguments

        self.study, self.problem, self.find = study, problem, find
        data = data_of(problem, problem.fingerprint())
        self.examples, self.test_examples = data.train.for_budget(problem.batch_size), len(data.test)
        self.on_cpu = data.train.first(1).device.type == "cpu"
        for arguments in {one.arguments for entry in study.entries for one in self._configurations(entry, [0])}:
            check_arguments(problem, dict(arguments))
        each = [one.steps for entry in study.entries for one in self._configurations(entry, [0])]
        self.steps = round(sum(each) / len(each))
        self.looks = -(-self.steps // study.evaluate_every_on(problem, self.examples)) + 1

    def tuning(self) -> list[Configuration]:
        """The runs that choose, each once."""
        return _once(one for entry in self.study.entries for one in self._tuning(entry))

    def reports(self) -> list[Configuration]:
        """The runs that report, each once: of the optimizers whose setting can be chosen by now."""
        return _once(one for entry in self.study.entries for one in self._reports(entry))

    def missing(self, configurations: Iterable[Configuration]) -> list[Configuration]:
        """Those that have not been made."""
        return [one for one in configurations if self.find(one) is None]

    def total(self) -> int:
        """How many runs there are; at most, while settings are not chosen."""
        return len(self.tuning()) + len(self.reports()) + self._unknown()

    def left(self) -> int:
        """How many of them are not made; at most, while settings are not chosen."""
        return sum(self.left_by_stage())

    def left_by_stage(self) -> tuple[int, int]:
        """The same, of those that choose and of those that report."""
        return len(self.missing(self.tuning())), len(self.missing(self.reports())) + self._unknown()

    def _unknown(self) -> int:
        return self.study.seeds * sum(not self._reports(entry) for entry in self.study.entries)

    def comparison(self, seconds: float, notes: tuple[str, ...]) -> Comparison:
        """What the runs say, once none is missing."""
        from ravine.lab.problems.parts.baseline import baseline  # with torch

        problem = self.problem
        return Comparison(
            study=self.study.name,
            problem=problem.name,
            title=problem.title,
            network=problem.network,
            preprocessing=problem.preprocessing,
            batch_size=problem.batch_size,
            metric=problem.metric,
            target=problem.target,
            judge=self.study.judge_on(problem),
            baseline=baseline(problem),
            test_examples=self.test_examples,
            epochs=self.study.steps_on(problem, self.examples) / self.study.epoch(problem, self.examples),
            entrants=tuple(
                Entrant(
                    entry.name,
                    entry.rule.name,
                    self._made(self._tuning(entry)),
                    self._made(self._reports(entry)),
                    entry.drawn,
                )
                for entry in self.study.entries
            ),
            seconds=seconds,
            notes=notes,
        )

    def _tuning(self, entry: Entry) -> list[Configuration]:
        return self._configurations(entry, self.study.seeds_that_tune)

    def _reports(self, entry: Entry) -> list[Configuration]:
        if self.study.report == "every":
            return self._configurations(entry, self.study.seeds_that_report)
        tuning = self._tuning(entry)
        made = self._made(tuning)
        if len(made) < len(tuning):
            return []
        setting = selection.best(selection.trials(made), self.problem.metric).setting
        return [replace(setting, seed=seed) for seed in self.study.seeds_that_report]

    def _configurations(self, entry: Entry, seeds: Iterable[int]) -> list[Configuration]:
        return self.study.configurations(self.problem, self.examples, entry, seeds)

    def _made(self, configurations: Iterable[Configuration]) -> tuple[Run, ...]:
        judge = self.study.judge_on(self.problem)
        found = (run for one in configurations if (run := self.find(one)) is not None)
        return tuple(replace(run, judged=judge) for run in found)


def _once(configurations: Iterable[Configuration]) -> list[Configuration]:
    return list(dict.fromkeys(configurations))
