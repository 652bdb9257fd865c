"""Carries a study out: trains what is missing, chooses by validation, trains what was chosen, compares."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from ravine.errors import RavineError
from ravine.lab.experiment.budget import read_budget
from ravine.lab.experiment.cost import Cost, Progress
from ravine.lab.experiment.executors import Here, Processes, Workers, cores
from ravine.lab.experiment.experiment import Experiment
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.run import Run
from ravine.lab.store.store import Store
from ravine.lab.study.study import Study

WORKERS_A_CORE = 8  # at most: each holds PyTorch and the data in its memory
WORTH_STARTING = 10.0  # seconds of training from which on other processes gain more than their start takes


def run_study(
    study: Study,
    *,
    store: Store | Path | str | None = None,
    workers: int | Workers | Executor | None = None,
    stack: int | None = None,
    budget: str | int | None = None,
    began: float | None = None,
    on_cost: Callable[[Cost], None] = lambda cost: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_runs: Callable[[Sequence[Run]], None] = lambda runs: None,
) -> list[Comparison]:
    """What the study says of each of its problems, in their order.

    store:   a folder of runs. What it holds is not trained again, and each run is kept as soon as it is made, so that a
        study that was stopped, even killed, goes on where it was. Without one nothing is kept.
    workers: how many processes; 1 is this one. By default as many as there are cores, if the study is long enough to
        gain by that. Or where else to train: a `Workers`, or any executor in the manner of concurrent.futures.
    stack:   how many networks are trained in one pass, at most; by default found in a second. The same run in a stack
        of another size differs by rounding.
    budget:  for all of it: a time such as "30min", or a count of steps; see `budget.smaller` for what is then left out.
        A time is kept to while it runs: how many seeds choose and report is settled at the speed that is seen.
    began:   a moment of `time.perf_counter`, from which on a budget of time counts; by default this call.
    on_cost: hears, before training, what it will take. on_progress: hears, several times a second, how far it is.
    on_runs: gets runs as they are made, before they are kept.
    Raises RavineError for what is wrong with the store or with a problem, also for what a problem's own code raises.
    """
    for name, value in (("stack", stack), ("workers", workers)):
        if isinstance(value, bool | float | str) or (isinstance(value, int) and value < 1):
            raise RavineError(f"{name} must be a whole number of at least 1, not {value!r}")
    if isinstance(workers, int) and workers > (most := WORKERS_A_CORE * cores()):
        raise RavineError(
            f"workers must be at most {most} on this machine, {WORKERS_A_CORE} for each core, not {workers}"
        )
    began = time.perf_counter() if began is None else began
    limit = None if budget is None else read_budget(budget)
    kept = Store(store) if isinstance(store, str | Path) else store

    experiment = Experiment(study, kept, stack, on_progress, on_runs)
    seconds, started = experiment.estimate(), time.perf_counter() - began
    if limit is not None and limit.seconds is not None:
        seconds = min(seconds, limit.seconds - 2 * started)  # others load what this one loaded
    team = _team(workers, seconds, all(plan.on_cpu for plan in experiment.plans))
    try:
        if limit is not None:
            experiment.keep_to(limit, began, team)
        on_cost(experiment.cost(team))
        return [experiment.compare(plan, team) for plan in experiment.plans]
    finally:
        if team is not workers:
            team.stop()


def _nested() -> bool:
    """Whether this process may start no others, being one that ends with its parent."""
    return bool(multiprocessing.current_process().daemon)


def _team(workers: int | Workers | Executor | None, seconds: float, on_cpu: bool) -> Workers:
    if isinstance(workers, Workers):
        return workers
    if isinstance(workers, Executor):
        return Workers(workers, 2 * cores())
    if workers is None:
        workers = cores() if on_cpu and seconds > WORTH_STARTING and not _nested() else 1
    if workers > 1 and _nested():
        raise RavineError("this process is daemonic, and Python lets such start no others: leave workers at 1")
    return Here() if workers == 1 else Processes(workers)
