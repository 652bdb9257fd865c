"""A study in one call: what the keywords of `compare` and the options of the command line make."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from ravine.errors import RavineError, unknown
from ravine.lab.experiment.cost import Cost, Progress
from ravine.lab.experiment.executors import Workers
from ravine.lab.experiment.run_study import run_study
from ravine.lab.installed import check_installed
from ravine.lab.report.comparison import Comparison
from ravine.lab.report.notebook import Told, in_notebook
from ravine.lab.store.rescue import rescued
from ravine.lab.store.run import Judge, Run
from ravine.lab.store.store import Store
from ravine.lab.study.entry import OPTIMIZERS, read_entries
from ravine.lab.study.spaces import RATES, Range
from ravine.lab.study.study import SEEDS, Report, Study
from ravine.lab.study.study_file import measured
from ravine.rules import Rule

if TYPE_CHECKING:  # with torch
    from torch import Tensor
    from torch.nn import Module

    from ravine.lab.problems.problem import Problem


class Choices(TypedDict, total=False):
    """What is compared on a problem, and for how long.

    optimizers: rules, their names (`adam+decoupled` has weight decay), or mappings with a rule and ranges for its
        hyperparameters: {"rule": "adam", "lr": "1e-4:0.1:7", "beta1": [0.8, 0.9], "label": "mine"}; see `read_entry`.
    search:     what else all of them try: {"batch_size": [16, 32], "model.width": [32, 64], "schedule": ["constant",
        "cosine"], "weight_decay": [0, 0.01]}, of `model(**arguments)` by name; see `read_entry`.
    lrs:        learning rates for those that do not say: numbers, or text such as "1e-4:1:9" (from:to:count, evenly
        spaced on a logarithmic scale). schedule: likewise; see `ravine.schedules`.
    epochs, steps: the budget, in passes over the training data or in updates; by default the problem's own.
    tuning_seeds, seeds: how many seeds choose the settings (3), and how many others judge the chosen ones (5). A seed
        fixes initial weights, order of batches and dropout for all optimizers alike.
    halving: successive halving, a race on the tuning seeds: True trains few settings to the end, in less than half the
        time, and almost always chooses the same; see docs/lab.md.
    report, judge, evaluate_every: see `Study`. metric, target: by default the problem's.
    """

    optimizers: Sequence[str | Rule | type[Any] | Mapping[str, Any]]
    search: Mapping[str, Any]
    lrs: Range
    schedule: str | Sequence[str]
    epochs: int | None
    steps: int | None
    tuning_seeds: int | None
    seeds: int
    halving: bool
    report: Report
    judge: Judge | None
    evaluate_every: int | Literal["epoch"] | None
    metric: str | None
    target: float | None


def compare(
    problem: "str | Path | Problem | None" = None,
    *,
    model: "Callable[[], Module] | None" = None,
    train: Any = None,
    validation: Any = None,
    test: Any = None,
    loss: "Callable[[Tensor, Tensor], Tensor] | None" = None,
    batch_size: int | None = None,
    store: Store | Path | str | None = None,
    workers: int | Workers | Executor | None = None,
    stack: int | None = None,
    budget: str | int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    **choices: Unpack[Choices],
) -> Comparison:
    """Trains with each optimizer at each setting from a few seeds, and compares them at their best on others.

    problem: the name of one in `ravine.lab.problems` (digits, if nothing is said), the path of a .py file that defines
        one, or a `Problem`. Or, in its place, your own: model, train, validation and loss, and if wanted test and
        batch_size; see `ravine.lab.problems.own.own_problem.own_problem`.
    choices: what is compared and for how long: see `Choices`. store, workers, stack, budget ("30min"), on_progress: see
        `run_study`; in a notebook cost and progress are shown. Ctrl-C, or a kernel's interrupt, keeps the runs that are
        finished, and says where.
    Raises RavineError, before anything is trained, for unknown names, ranges that are empty or out of range, counts
    below 1, rules that step matrices alone, and where torch is missing.
    """
    began = time.perf_counter()
    own = {"model": model, "train": train, "validation": validation, "test": test, "loss": loss}
    own = {name: value for name, value in {**own, "batch_size": batch_size}.items() if value is not None}
    if own:
        problem = _own(problem, own, choices.get("metric"))
    study = study_of("digits" if problem is None else problem, **choices)

    def warn(cost: Cost) -> None:
        for line in cost.warnings:
            warnings.warn(line, stacklevel=4)

    on_cost: Callable[[Cost], None] = warn
    told: Told | None = None
    if on_progress is None and in_notebook():
        told = Told(study.name)
        on_cost, on_progress = told.cost, told.progress
    hear = on_progress or (lambda progress: None)
    made: list[Run] = []
    places = {"store": store, "workers": workers, "stack": stack, "budget": budget, "began": began}
    try:
        return run_study(study, **places, on_cost=on_cost, on_progress=hear, on_runs=made.extend)[0]  # type: ignore[arg-type]
    except KeyboardInterrupt as stop:
        stop.add_note(line := _stopped(made, store))
        if told is not None:
            told.stopped(line, made)
        raise


def _stopped(made: Sequence[Run], store: Store | Path | str | None) -> str:
    """Where the runs are that a stopped study had made, and how to go on: without a store they get one."""
    if not made:
        return "Stopped before a run was finished."
    count = f"Stopped: {len(made)} run{'s are' if len(made) > 1 else ' is'} finished"
    if store is None and (folder := rescued(made)) is None:
        return f"{count}, and could not be kept: no folder here can be written to."
    kept = store.folder if isinstance(store, Store) else store or folder
    return f"{count} and kept in {kept}: the same call with store={str(kept)!r} goes on from there."


def study_of(problem: "str | Path | Problem", **choices: Unpack[Choices]) -> Study:
    """The study of one problem; see `compare`."""
    check_installed()
    from ravine.lab.problems import find_problem  # with torch, which `import ravine` must not need

    for name in choices:
        if name not in Choices.__annotations__:
            raise unknown("choice", name, Choices.__annotations__)
    entries = read_entries(
        choices.get("optimizers", OPTIMIZERS),
        choices.get("lrs", RATES),
        choices.get("schedule", "constant"),
        choices.get("search"),
    )
    found = measured(find_problem(problem), choices.get("metric"), choices.get("target"))
    return Study(
        name=found.name,
        problems=(found,),
        entries=entries,
        epochs=choices.get("epochs"),
        steps=choices.get("steps"),
        tuning_seeds=choices.get("tuning_seeds"),
        seeds=choices.get("seeds", SEEDS),
        report=choices.get("report", "best"),
        judge=choices.get("judge"),
        evaluate_every=choices.get("evaluate_every"),
        halving=choices.get("halving", False),
    )


def _own(problem: object, given: Mapping[str, Any], metric: str | None) -> "Problem":
    if problem is not None:
        raise RavineError(f"a problem is given twice: {problem!r}, and its own {', '.join(given)}; leave one out")
    if missing := [name for name in ("model", "train", "validation", "loss") if name not in given]:
        raise RavineError(f"a problem of your own needs model, train, validation and loss; {missing[0]} is missing")
    check_installed()
    from ravine.lab.problems.own.own_problem import own_problem

    return own_problem(**given, metric=metric)
