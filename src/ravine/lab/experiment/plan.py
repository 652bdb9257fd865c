"""A study on one problem: which runs it needs, as far as that is known, and what comes of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ravine.lab.analysis import selection
from ravine.lab.analysis.entrant import Entrant
from ravine.lab.experiment.ahead import Ahead, ahead
from ravine.lab.experiment.racing import Race, Rung, ladder, told
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.lab.study.entry import Entry
from ravine.lab.study.study import Study
from ravine.rules import Rule

if TYPE_CHECKING:  # with torch
    from ravine.lab.problems.problem import Problem

Find = Callable[[Configuration], Run | None]


class Plan:
    """The runs of a study on `problem`. `find` gives those that are made.

    steps: of a run, in the mean. on_cpu: whether the processor trains them, rather than another device.
    """

    def __init__(self, study: Study, problem: "Problem", find: Find):
        from ravine.lab.engine.device import data_of  # with torch, which `import ravine` must not need
        from ravine.lab.engine.groups import check_optimizer
        from ravine.lab.problems.own.preflight import check_arguments

        self.study, self.problem, self.find = study, problem, find
        data = data_of(problem, problem.fingerprint())
        self.examples, self.test_examples = data.train.for_budget(problem.batch_size), len(data.test)
        self.on_cpu = data.train.first(1).device.type == "cpu"
        for arguments in {one.arguments for entry in study.entries for one in self._configurations(entry, [0])}:
            check_arguments(problem, dict(arguments))
        for entry in study.entries:
            if not isinstance(entry.rule, Rule):  # a class may take some parameters and refuse others
                check_optimizer(problem, self._configurations(entry, [0])[0], entry.rule)
        each = [one.steps for entry in study.entries for one in self._configurations(entry, [0])]
        self.steps = round(sum(each) / len(each))
        self._every = study.evaluate_every_on(problem, self.examples)
        self.ask(study)

    def ask(self, study: Study) -> None:
        """From now on it is this study, the same with other numbers of seeds."""
        self.study = study
        self.races = {entry.name: self._race(entry) for entry in study.entries}

    @property
    def stages(self) -> int:
        """How many there are: what chooses, rung after rung where settings race, and then what reports."""
        return max(len(race.rungs) for race in self.races.values()) + 1

    def stage(self, number: int) -> list[Configuration]:
        """The runs of a stage, each once: those that can be told by what is made of the stages before."""
        if number == self.stages - 1:
            return list(dict.fromkeys(one for entry in self.study.entries for one in self._reports(entry)))
        return list(dict.fromkeys(one for race in self.races.values() for one in race.runs(number)))

    def begun(self) -> int:
        """The first stage of which something is missing; the last, where nothing is."""
        return next((one for one in range(self.stages) if self.missing(self.stage(one))), self.stages - 1)

    def reports_begun(self) -> bool:
        """Whether settings are chosen, and one of the runs that report them is made."""
        return any(self.find(one) is not None for one in self.stage(self.stages - 1))

    def missing(self, configurations: Iterable[Configuration]) -> list[Configuration]:
        """Those that have not been made."""
        return [one for one in configurations if self.find(one) is None]

    def total(self) -> int:
        """How many runs there are; at most, while settings are not chosen."""
        return sum(len(self.stage(number)) + self._untold(number).runs for number in range(self.stages))

    def ahead(self) -> list[Ahead]:
        """What is not made, stage by stage; at most, while settings are not chosen."""
        found = []
        for number in range(self.stages):
            told, untold = ahead(self.missing(self.stage(number))), self._untold(number)
            found.append(Ahead(*(of_told + of_untold for of_told, of_untold in zip(told, untold, strict=True))))
        return found

    def _untold(self, number: int) -> Ahead:
        """What a stage needs beside what can be told by now."""
        runs = steps = looks = 0
        for entry in self.study.entries:
            race = self.races[entry.name]
            if number == self.stages - 1:
                part, more = 1, (0 if self._reports(entry) else self.study.seeds)
            elif number < len(race.rungs) and not race.runs(number):
                part, settings = race.rungs[number]
                more = settings * len(self.study.seeds_that_tune)
            else:
                continue
            each = -(-self.steps // part)
            runs, steps, looks = runs + more, steps + more * each, looks + more * (-(-each // self._every) + 1)
        return Ahead(runs, steps, looks)

    def comparison(self, seconds: float, notes: tuple[str, ...]) -> Comparison:
        """What the runs say, once none is missing."""
        from ravine.lab.problems.parts.baseline import baseline, guessing  # with torch

        problem = self.problem
        entrants = tuple(map(self._entrant, self.study.entries))
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
            guessing=guessing(problem),
            test_examples=self.test_examples,
            epochs=self.study.steps_on(problem, self.examples) / self.study.epoch(problem, self.examples),
            entrants=entrants,
            seconds=seconds,
            notes=(*notes, *told(entrants)),
        )

    def _entrant(self, entry: Entry) -> Entrant:
        race = self.races[entry.name]
        *rungs, last = (self._made(race.runs(number)) for number in range(len(race.rungs))) if race.rungs else [()]
        return Entrant(entry.name, entry.rule.name, last, self._made(self._reports(entry)), entry.drawn, tuple(rungs))

    def _race(self, entry: Entry) -> Race:
        whole = self._configurations(entry, self.study.seeds_that_tune)
        settings = len({replace(one, seed=0) for one in whole})
        rungs = (Rung(1, settings),) if settings and not self.study.halving else ladder(settings) if settings else ()
        return Race(whole, rungs, self._made, self.problem.metric)

    def _reports(self, entry: Entry) -> list[Configuration]:
        if self.study.report == "every":
            return self._configurations(entry, self.study.seeds_that_report)
        tuning = self.races[entry.name].last()
        made = self._made(tuning)
        if len(made) < len(tuning) or not made:
            return []
        setting = selection.best(selection.trials(made), self.problem.metric).setting
        return [replace(setting, seed=seed) for seed in self.study.seeds_that_report]

    def _configurations(self, entry: Entry, seeds: Iterable[int]) -> list[Configuration]:
        return self.study.configurations(self.problem, self.examples, entry, seeds)

    def _made(self, configurations: Iterable[Configuration]) -> tuple[Run, ...]:
        judge = self.study.judge_on(self.problem)
        found = (run for one in configurations if (run := self.find(one)) is not None)
        return tuple(replace(run, judged=judge) for run in found)
