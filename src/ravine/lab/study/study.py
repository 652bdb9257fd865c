"""A study: which optimizers are compared on which problems, and how. All that decides the outcome stands in it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from ravine.errors import RavineError
from ravine.lab.store.configuration import Argument, Configuration
from ravine.lab.store.run import Judge
from ravine.lab.study.entry import Entry
from ravine.lab.study.spaces import ARGUMENT
from ravine.lab.study.torch_optimizer import TorchOptimizer
from ravine.rules import Rule

if TYPE_CHECKING:  # with torch
    from ravine.lab.problems.problem import Problem

TUNING_SEEDS, SEEDS = 3, 5
MOST_SEEDS, MOST_STEPS, MOST_RUNS = 10_000, 100_000_000, 100_000  # more than one waits for, less than memory holds
FIRST_REPORT_SEED = 1000  # tuning seeds begin at 0: none chooses and reports
Report = Literal["best", "every"]


@dataclass(frozen=True)
class Study:
    """What is compared, checked.

    name:         a study file's, or the problem's.
    epochs, steps: the budget, at most one of the two; None is the problem's own.
    report:       "best" trains the chosen setting of each optimizer on the seeds; "every" trains all settings on them.
    tuning_seeds: how many seeds choose the setting, on validation data. They are 0, 1, … With "every" there are none.
    seeds:        how many others give the figures on test data. They are 1000, 1001, …
    judge:        "last" judges a network as it is after the last step, "best" as it was at its best look on validation
        data (of equals the first). The settings are chosen by the same. None is the last, and the best where the
        problem stops early.
    evaluate_every: steps between two looks at the validation data, or "epoch"; None is the problem's own.
    halving:      whether the settings of an optimizer race on the tuning seeds, by successive halving, rather than all
        being trained to the end.
    """

    name: str
    problems: "tuple[Problem, ...]"
    entries: tuple[Entry, ...]
    epochs: int | None = None
    steps: int | None = None
    tuning_seeds: int | None = None
    seeds: int = SEEDS
    report: Report = "best"
    judge: Judge | None = None
    evaluate_every: int | Literal["epoch"] | None = None
    halving: bool = False

    def __post_init__(self) -> None:
        _check_names("problems", [problem.title for problem in self.problems], "digits")
        _check_names("optimizers", [entry.name for entry in self.entries], "sgd")
        _check_count("seeds", self.seeds, most=MOST_SEEDS)
        for name in ("epochs", "steps"):
            if (value := getattr(self, name)) is not None:
                _check_count(name, value)
        if self.evaluate_every not in (None, "epoch"):
            _check_count("evaluate_every", self.evaluate_every, "'epoch', or ")
        if self.epochs is not None and self.steps is not None:
            raise RavineError("the budget is given twice: keep either epochs or steps")
        if self.report not in get_args(Report):
            raise RavineError(f"report must be 'best' or 'every', not {self.report!r}")
        if self.judge not in (None, *get_args(Judge)):
            raise RavineError(f"judge must be 'last' or 'best', not {self.judge!r}")
        if self.judge == "last" and any(problem.patience is not None for problem in self.problems):
            raise RavineError("a run that is stopped early is judged at its best: leave judge out, or early_stopping")
        if self.report == "best" and self.tuning_seeds is not None:
            _check_count("tuning_seeds", self.tuning_seeds)
            if self.tuning_seeds > FIRST_REPORT_SEED:
                raise RavineError(
                    f"tuning_seeds must be at most {FIRST_REPORT_SEED}: seeds from {FIRST_REPORT_SEED} on judge"
                )
        if self.report == "every" and self.tuning_seeds:
            raise RavineError("report = 'every' reports all settings and chooses none: leave tuning_seeds out")
        if (runs := sum(len(entry.settings) for entry in self.entries) * (self.tuning_seeds or self.seeds)) > MOST_RUNS:
            raise RavineError(f"that are {runs:,} runs on each problem, and at most {MOST_RUNS:,} are made")
        if not isinstance(self.halving, bool):
            raise RavineError(f"halving must be true or false, not {self.halving!r:.40}")
        if self.halving and self.report == "every":
            raise RavineError("report = 'every' trains all settings to the end: leave halving out")
        rules: dict[str, Rule | TorchOptimizer] = {}
        for entry in self.entries:
            if rules.setdefault(entry.rule.name, entry.rule).python() != entry.rule.python():
                raise RavineError(f"two different rules are called {entry.rule.name!r}: give one of them another name")

    def judge_on(self, problem: "Problem") -> Judge:
        """At which of its looks a run counts."""
        return self.judge or ("last" if problem.patience is None else "best")

    @property
    def seeds_that_tune(self) -> range:
        if self.report == "every":
            return range(0)
        return range(TUNING_SEEDS if self.tuning_seeds is None else self.tuning_seeds)

    @property
    def seeds_that_report(self) -> range:
        return range(FIRST_REPORT_SEED, FIRST_REPORT_SEED + self.seeds)

    def epoch(self, problem: "Problem", examples: int) -> int:
        """The steps of an epoch: its last, smaller batch is left out."""
        return max(examples // min(problem.batch_size, examples) // problem.loop.accumulate, 1)

    def steps_on(self, problem: "Problem", examples: int) -> int:
        """The budget in steps on a problem with so many examples to train on."""
        if self.steps is not None:
            return self.steps
        steps = (problem.epochs if self.epochs is None else self.epochs) * self.epoch(problem, examples)
        if steps > MOST_STEPS:
            raise RavineError(
                f"epochs: that are {steps:,} steps on {problem.name}, and at most {MOST_STEPS:,} are made"
            )
        return steps

    def configurations(
        self, problem: "Problem", examples: int, entry: Entry, seeds: Iterable[int]
    ) -> list[Configuration]:
        """A run of each of the optimizer's settings from each seed, those of a setting side by side."""
        first = Configuration(
            problem=problem.name,
            problem_settings=_pairs(problem.settings),
            fingerprint=problem.fingerprint(),
            rule=entry.rule.name,
            equation=hashlib.sha256(entry.rule.python().encode()).hexdigest(),
            hyperparameters=(),
            schedule=str(entry.schedule),
            seed=0,
            steps=self.steps_on(problem, examples),
            batch_size=problem.batch_size,
            evaluate_every=self.evaluate_every_on(problem, examples),
            patience=problem.patience,
        )
        each = list(seeds)
        made = (self._setting(first, problem, examples, entry, setting) for setting in entry.settings)
        return [replace(one, seed=seed) for one in made for seed in each]

    def _setting(
        self, first: Configuration, problem: "Problem", examples: int, entry: Entry, setting: Mapping[str, Any]
    ) -> Configuration:
        arguments = {name.removeprefix(ARGUMENT): v for name, v in setting.items() if name.startswith(ARGUMENT)}
        own = {name: value for name, value in setting.items() if name in entry.rule.hyperparameters}
        made = replace(
            first,
            hyperparameters=_pairs(entry.rule.settings(own)),
            schedule=setting.get("schedule", first.schedule),
            arguments=tuple(sorted((name, _whole(value)) for name, value in arguments.items())),
        )
        if "batch_size" not in setting:
            return made
        sized = replace(problem, batch_size=min(int(setting["batch_size"]), examples))
        looks = problem.evaluate_every * problem.batch_size / sized.batch_size
        sized = replace(sized, evaluate_every=max(round(looks), 1))
        return replace(
            made,
            batch_size=sized.batch_size,
            steps=self.steps_on(sized, examples),
            evaluate_every=self.evaluate_every_on(sized, examples),
        )

    def evaluate_every_on(self, problem: "Problem", examples: int) -> int:
        """Steps between two looks at the validation data."""
        if self.evaluate_every == "epoch":
            return self.epoch(problem, examples)
        return problem.evaluate_every if self.evaluate_every is None else self.evaluate_every


def _pairs(values: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((name, float(value)) for name, value in values.items()))


def _whole(value: Any) -> Argument:
    """An argument of a model as it is called with it: a count is no float."""
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def _check_names(kind: str, names: list[str], example: str) -> None:
    if not names:
        raise RavineError(f"no {kind}: name at least one, such as {example}")
    for name in names:
        if names.count(name) > 1:
            raise RavineError(f"two {kind} are called {name!r}: name it once, or give each a label")


def _check_count(name: str, value: object, otherwise: str = "", most: int = MOST_STEPS) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RavineError(f"{name} must be {otherwise}a whole number of at least 1, not {_shown(value)}")
    if value > most:
        raise RavineError(f"{name} must be at most {most:,}, not {_shown(value)}")


def _shown(value: object) -> str:
    try:
        return f"{value!r:.40}"
    except ValueError:  # a number of thousands of digits
        return "a longer one"
