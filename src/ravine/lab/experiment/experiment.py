"""The runs of a study: what is made of them, what is ahead, and the way from the one to the other."""

import secrets
import time
from bisect import bisect
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ravine.errors import RavineError
from ravine.lab.experiment.ahead import Ahead, ahead, taken
from ravine.lab.experiment.budget import Budget, skipped, smaller
from ravine.lab.experiment.cost import Cost, Progress
from ravine.lab.experiment.execution import execute
from ravine.lab.experiment.executors import Workers, packed
from ravine.lab.experiment.pace import Pace
from ravine.lab.experiment.plan import Plan
from ravine.lab.report import phrases
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.lab.store.store import Store
from ravine.lab.study.study import Study
from ravine.lab.study.torch_optimizer import stacks

if TYPE_CHECKING:  # with torch
    from ravine.lab.engine import Calibration


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
        self.pace: Pace | None = None  # where the limit is one of time
        self.asked = study
        self.speeds: dict[tuple[Plan, bool], Sequence[Calibration]] = {}

    def keep_to(self, limit: Budget, began: float, team: Workers) -> None:
        """Has a budget, of time since `began`: leaves out what does not fit. RavineError where the least does not."""
        self.limit = limit
        self.pace = None if limit.seconds is None else Pace(limit.seconds, began)
        if not self._settle(self.plans, team):
            out = phrases.listed(skipped(self.asked, self.plans[0].study) or ["nothing to leave out"])
            steps, seconds = f"{self.steps_left():,} steps", self.estimate(team)
            takes = steps if self.pace is None else f"about {phrases.duration(self.pace.ends(seconds))}"
            raise RavineError(
                f"a budget of {limit} is too little: the least, with {out}, takes {takes}; "
                "try fewer optimizers or rates, or fewer epochs"
            )

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
        return sum(self._seconds(plan, left, team) for plan, left in self.left.items() if any(a.runs for a in left))

    def _seconds(self, plan: Plan, left: Sequence[Ahead], team: Workers | None) -> float:
        workers = 1 if team is None else team.at_once
        by_one = [sum(one.seconds(*ahead, workers) for ahead in left if ahead.runs) for one in self._speeds(plan, team)]
        return sum(by_one) / len(by_one) / workers

    def _speeds(self, plan: Plan, team: Workers | None) -> "Sequence[Calibration]":
        """How fast each of the team trains, or this process."""
        from ravine.lab.engine import calibrate  # with torch, which `import ravine` must not need

        apart = team is not None and team.apart
        if (plan, apart) not in self.speeds:
            found = team.calibrations(packed(plan.problem, self.rules)) if team is not None and apart else []
            self.speeds[plan, apart] = found or [calibrate(plan.problem)]
        return self.speeds[plan, apart]

    def cost(self, team: Workers) -> Cost:
        """What is ahead."""
        runs, left = sum(plan.total() for plan in self.plans), self._runs_left()
        seconds = self.estimate(team) if left else 0.0
        warnings = (*self._unreadable(), *self.warnings.values())
        out = () if self.limit is None else tuple(skipped(self.asked, self.plans[0].study))
        within = None if self.limit is None else str(self.limit)
        return Cost(runs, runs - left, self.steps_left(), seconds, team.name, self.others, warnings, out, within)

    def _wave(self, plan: Plan, team: Workers) -> list[Configuration]:
        """What is to be trained next: what is missing of the first stage that wants something; [] at the end.

        All of it. By the clock as many as a wave has room for, seed by seed. Before each it is settled what still fits;
        with other seeds other settings may go on, so that an earlier stage wants more again.
        """
        if self.pace is not None:
            self._settle(self.plans[self.plans.index(plan) :], team)
        missing = plan.missing(plan.stage(plan.begun()))
        self.left[plan] = plan.ahead()
        if self.pace is None or not missing:
            return missing
        by_seed = sorted(missing, key=lambda one: one.seed)
        counts = range(1, len(missing) + 1)
        room = bisect(counts, self.pace.wave, key=lambda count: self._seconds(plan, [ahead(by_seed[:count])], team))
        wave = set(by_seed[: max(room, 1)])
        return [one for one in missing if one in wave]  # those of an optimizer side by side

    def _settle(self, plans: Sequence[Plan], team: Workers) -> bool:
        """Has them ask the first of the study's smaller forms that fits; if none does, and False, the least to do.

        The first plan's settings are not chosen anew once it has begun to report.
        """
        chosen = plans[0].study if plans[0].reports_begun() else None
        least: tuple[tuple[float, int], Study] | None = None
        for form in smaller(self.asked):
            seconds, steps = self._ask(form, plans, chosen, team), self.steps_left()
            if self.limit is None or self.limit.allows(seconds, steps):
                return True
            if least is None or (seconds, steps) < least[0]:
                least = (seconds, steps), form
        assert least is not None
        self._ask(least[1], plans, chosen, team)
        return False

    def _ask(self, form: Study, plans: Sequence[Plan], chosen: Study | None, team: Workers) -> float:
        """When all of it ends, if they ask this."""
        for plan in plans:
            settled = chosen if plan is plans[0] else None
            plan.ask(form if settled is None else replace(settled, seeds=form.seeds))
            self.left[plan] = plan.ahead()
        return 0.0 if self.pace is None else self.pace.ends(self.estimate(team))

    def _kept_to(self, plan: Plan) -> list[str]:
        """What the budget left out, in a line."""
        if self.limit is None or not (out := skipped(self.asked, plan.study)):
            return []
        return [f"For the budget of {self.limit}, {phrases.listed(out)}."]

    def _unreadable(self) -> tuple[str, ...]:
        return () if self.store is None else self.store.complaints()

    def compare(self, plan: Plan, team: Workers) -> Comparison:
        """Trains what is missing, first what chooses and then what reports."""
        from ravine.lab.engine import calibrate

        started = time.perf_counter()
        notes = list(filter(None, [self.warnings.get(plan)]))
        while missing := self._wave(plan, team):
            line = f"Each network was trained alone: {calibrate(plan.problem).reason}."
            if calibrate(plan.problem).reason is not None and line not in notes:
                notes.append(line)
            stage, before = plan.stage(plan.begun()), len(self.finished)
            if self.pace is not None:
                self.pace.begin()
            self._train(plan, missing, team)
            if self.pace is not None and (trained := taken(self.finished[before:])).runs:
                self.pace.end(self._seconds(plan, [trained], team))
            self.left[plan] = plan.ahead()
            if not plan.missing(stage):
                _check_some_trained([run for one in stage if (run := self.find(one)) is not None])
        return plan.comparison(time.perf_counter() - started, (*notes, *self._kept_to(plan)))

    def _train(self, plan: Plan, missing: Sequence[Configuration], team: Workers) -> None:
        from ravine.lab.engine import chunks

        # Parts of a size that is given are the same whoever trains them, and so are the results, to the last bit.
        alone = {name for name, rule in self.rules.items() if not stacks(rule)}
        parts = deque(chunks(plan.problem, missing, self.stack, 1 if self.stack else team.at_once, alone))
        if self.store is not None:  # others that work on it at the same time begin elsewhere
            parts.rotate(secrets.randbelow(len(parts)))
        all_steps, all_runs = self.steps + self.steps_left(), len(self.finished) + self._runs_left()

        def tell(under_way: int) -> None:
            self.on_progress(Progress(self.steps + under_way, all_steps, len(self.finished), all_runs))

        rules = dict(self.rules)
        work = team.share(packed(plan.problem, rules)) if team.apart else (plan.problem, rules)
        execute(work, parts, team, self.arrived, self.keep, tell)

    def steps_left(self) -> int:
        """Updates of one network that what is missing takes."""
        return sum(ahead.steps for left in self.left.values() for ahead in left)

    def _runs_left(self) -> int:
        return sum(ahead.runs for left in self.left.values() for ahead in left)


def _check_some_trained(runs: Sequence[Run]) -> None:
    """RavineError where the problem's own code ended every one of these runs."""
    if runs and all(run.failed is not None for run in runs):
        raise RavineError(f"{runs[0].failed}; so did all {len(runs)} runs" if len(runs) > 1 else f"{runs[0].failed}")
