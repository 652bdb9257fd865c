"""The runs of a study: what is made of them, what is ahead, and the way from the one to the other."""

import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ravine.errors import RavineError
from ravine.lab.experiment.budget import FEWEST, Budget, skipped
from ravine.lab.experiment.execution import execute
from ravine.lab.experiment.executors import Workers, packed
from ravine.lab.experiment.plan import Plan
from ravine.lab.report import phrases
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.lab.store.store import Store
from ravine.lab.study.study import Study
from ravine.lab.study.torch_optimizer import stacks

WORTH_A_SECOND_LOOK = 1.0  # second of training, from which on its speed is known


class Progress(NamedTuple):
    """How far a study is. A model-step is one update of one network; runs that the store held are not counted."""

    steps: int
    all_steps: int
    runs: int
    all_runs: int


@dataclass(frozen=True)
class Cost:
    """What a study will take.

    runs:    in all. kept: how many of them the store holds; more may turn up once settings are chosen.
    steps:   model-steps of the others. seconds: an estimate from about a second of training, by those who will train.
    workers: who will train. others: how many runs in the store were made by which other versions; they are not used.
    skipped: what is left out so that the budget is kept to; budget: it, in words.
    warnings: lines that name files in the store which cannot be read as runs, and problems whose runs it never finds.
    """

    runs: int
    kept: int
    steps: int
    seconds: float
    workers: str
    others: Counter[str]
    warnings: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    budget: str | None = None


class Experiment:
    """The runs of a study that are made, and the way to the others."""

    def __init__(
        self,
        study: Study,
        store: Store | None,
        stack: int | None,
        on_progress: Callable[[Progress], None],
        on_runs: Callable[[Sequence[Run]], None],
    ):
        self.store, self.stack, self.on_progress, self.on_runs = store, stack, on_progress, on_runs
        self.rules = {entry.rule.name: entry.rule for entry in study.entries}
        self.at_best = any(study.judge_on(problem) == "best" for problem in study.problems)
        self.made: dict[Configuration, Run] = {}
        self.absent: set[Configuration] = set()  # from the store, when it was asked
        self.plans = [Plan(study, problem, self.find) for problem in study.problems]
        self.left = {plan: plan.ahead() for plan in self.plans}
        self.others, self.warnings = self._census()
        if store is not None and self._runs_left():
            store.prepare()
        self.finished: list[Run] = []  # in this call
        self.steps = 0
        self.limit: Budget | None = None
        self.asked, self.began = study, time.perf_counter()

    def _census(self) -> tuple[Counter[str], dict[Plan, str]]:
        """What the store holds of other versions; and a line for each problem whose runs it will not find again."""
        if self.store is None:
            return Counter(), {}
        own = {plan.problem.name: plan.problem.fingerprint() for plan in self.plans if plan.problem.own}
        others, unlike_these = self.store.census(own)
        warnings = {}
        for plan in self.plans:
            if not plan.problem.own or sum(ahead.runs for ahead in self.left[plan]) < plan.total():
                continue  # runs were found: it comes out the same each time
            from ravine.lab.problems.own.repeatable import unlike

            if line := unlike(plan.problem):
                warnings[plan] = line
            elif count := unlike_these[plan.problem.name]:
                warnings[plan] = (
                    f"{plan.problem.name}: the store holds {count} runs of a problem of this name whose examples, "
                    "network or loss are others, and which do not count. If you changed none of them, something is "
                    "drawn anew each time: seed it"
                )
        return others, warnings

    def find(self, configuration: Configuration) -> Run | None:
        """The run of this configuration, if it is made."""
        if self.store is not None and configuration not in self.made and configuration not in self.absent:
            run = self.store.read(configuration)
            if run is None or (self.at_best and run.at_best is None and run.failed is None):
                self.absent.add(configuration)
            else:
                self.made[configuration] = run
        return self.made.get(configuration)

    def arrived(self, chunk: Sequence[Configuration]) -> bool:
        """Whether others that work on the same store have made all of these by now."""
        self.absent.difference_update(chunk)
        return all(self.find(one) is not None for one in chunk)

    def keep(self, runs: Sequence[Run]) -> None:
        """Takes in what was trained, and puts it in the store."""
        self.on_runs(runs)
        for run in runs:
            if self.store is not None:
                self.store.write(run)
            self.made[run.configuration] = run
            self.finished.append(run)
            self.steps += run.configuration.last

    def estimate(self, team: Workers | None = None) -> float:
        """Seconds that training what is missing takes: this process, or the team, as fast as its members are found."""
        return sum(self._seconds(plan, team) for plan, left in self.left.items() if any(ahead.runs for ahead in left))

    def _seconds(self, plan: Plan, team: Workers | None) -> float:
        from ravine.lab.engine import calibrate  # with torch, which `import ravine` must not need

        found = []
        if team is not None and team.apart:
            found = team.calibrations(packed(plan.problem, self.rules))
        workers = 1 if team is None else team.at_once
        by_one = [
            sum(one.seconds(*ahead, workers) for ahead in self.left[plan] if ahead.runs)
            for one in found or [calibrate(plan.problem)]
        ]
        return sum(by_one) / len(by_one) / workers

    def cost(self, team: Workers) -> Cost:
        """What is ahead."""
        runs, left = sum(plan.total() for plan in self.plans), self._runs_left()
        seconds = self.estimate(team) if left else 0.0
        warnings = (*self._unreadable(), *self.warnings.values())
        out = () if self.limit is None else tuple(skipped(self.asked, self.plans[0].study))
        within = None if self.limit is None else str(self.limit)
        self.expected, self.trains_since = seconds, time.perf_counter()
        return Cost(runs, runs - left, self.steps_left(), seconds, team.name, self.others, warnings, out, within)

    def _settle_seeds(self, plan: Plan, team: Workers) -> None:
        """As many seeds report as there is time for, at the speed that was seen so far."""
        if self.limit is None or self.limit.seconds is None or plan.stages == 1:
            return
        now = time.perf_counter()
        foretold = self.expected - self.estimate(team)
        slower = (now - self.trains_since) / foretold if foretold > WORTH_A_SECOND_LOOK else 1.0
        for seeds in range(self.asked.seeds, min(FEWEST, self.asked.seeds) - 1, -1):
            plan.study = replace(plan.study, seeds=seeds)
            self.left[plan] = plan.ahead()
            if now - self.began + slower * self.estimate(team) <= self.limit.seconds:
                break

    def _kept_to(self, plan: Plan) -> list[str]:
        """What the budget left out, in a line."""
        if self.limit is None or not (out := skipped(self.asked, plan.study)):
            return []
        return [f"For the budget of {self.limit}, {phrases.listed(out)}."]

    def _unreadable(self) -> tuple[str, ...]:
        return () if self.store is None else self.store.complaints()

    def compare(self, plan: Plan, team: Workers) -> Comparison:
        """Trains what is missing, first what chooses and then what reports."""
        from ravine.lab.engine import calibrate, chunks

        started = time.perf_counter()
        warned = notes = tuple(filter(None, [self.warnings.get(plan)]))
        for number in range(plan.stages):
            if number == plan.stages - 1:
                self._settle_seeds(plan, team)
            missing = plan.missing(plan.stage(number))
            self.left[plan] = plan.ahead()
            if not missing:
                continue
            if (reason := calibrate(plan.problem).reason) is not None:
                notes = (
                    *warned,
                    f"Each network was trained alone: {reason}.",
                )
            # Parts of a size that is given are the same whoever trains them, and so are the results, to the last bit.
            alone = {name for name, rule in self.rules.items() if not stacks(rule)}
            parts = deque(chunks(plan.problem, missing, self.stack, 1 if self.stack else team.at_once, alone))
            if self.store is not None:  # others that work on it at the same time begin elsewhere
                parts.rotate(secrets.randbelow(len(parts)))
            all_steps, all_runs = self.steps + self.steps_left(), len(self.finished) + self._runs_left()

            def tell(under_way: int, all_steps: int = all_steps, all_runs: int = all_runs) -> None:
                self.on_progress(Progress(self.steps + under_way, all_steps, len(self.finished), all_runs))

            rules = dict(self.rules)
            work = team.share(packed(plan.problem, rules)) if team.apart else (plan.problem, rules)
            execute(work, parts, team, self.arrived, self.keep, tell)
            self.left[plan] = plan.ahead()
            _check_some_trained([run for one in plan.stage(number) if (run := self.find(one)) is not None])
        return plan.comparison(time.perf_counter() - started, (*notes, *self._kept_to(plan)))

    def steps_left(self) -> int:
        """Updates of one network that what is missing takes."""
        return sum(ahead.steps for left in self.left.values() for ahead in left)

    def _runs_left(self) -> int:
        return sum(ahead.runs for left in self.left.values() for ahead in left)


def _check_some_trained(runs: Sequence[Run]) -> None:
    """RavineError where the problem's own code ended every one of these runs."""
    if runs and all(run.failed is not None for run in runs):
        raise RavineError(f"{runs[0].failed}; so did all {len(runs)} runs" if len(runs) > 1 else f"{runs[0].failed}")
