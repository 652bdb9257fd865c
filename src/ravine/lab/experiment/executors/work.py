"""What a worker runs, wherever it is: one chunk of one problem, from a packed description of the problem."""

import pickle
import sys
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ravine.errors import RavineError
from ravine.lab.store.configuration import Configuration, versions
from ravine.lab.store.run import Run
from ravine.lab.study.torch_optimizer import TorchOptimizer
from ravine.rules import Rule

if TYPE_CHECKING:  # with torch
    from ravine.lab.engine import Calibration
    from ravine.lab.problems.problem import Problem

Chunk = tuple[Configuration, ...]

# Training seeds torch's one random generator, so a process trains one chunk at a time, whatever threads it has.
_one_at_a_time = threading.RLock()


def packed(problem: "Problem", rules: "Mapping[str, Rule | TorchOptimizer]") -> bytes:
    """The problem and the rules, for `train`. What can only be pickled by value (a user's own functions) is.

    Where modules are found here goes along, for what a user's function imports when it is called.
    """
    import cloudpickle  # comes with the extra, as torch does

    try:
        work: bytes = cloudpickle.dumps((sys.path, versions(), cloudpickle.dumps((problem, dict(rules)))))
    except Exception as error:  # whatever an object of the user's says to that
        raise RavineError(
            f"{problem.name}: it cannot be sent to other processes: {str(error).splitlines()[0]}; make that inside "
            "model(), or train in this process alone, with --workers 1"
        ) from error
    return work


def train(work: Any, chunk: Chunk, on_steps: Callable[[int], None] = lambda steps: None) -> list[Run]:
    """The runs of a chunk, in its order. work: what `packed` gave, or (problem, rules) in the process that made them.

    RavineError where this machine has other versions than the one that asked.
    """
    from ravine.lab.engine import train_chunk

    problem, rules = _unpacked(work) if isinstance(work, bytes) else work
    with _one_at_a_time:
        return train_chunk(problem, chunk, on_steps, rules)


def calibrated(work: bytes) -> "Calibration":
    """How fast this process trains the problem, whatever its neighbours do."""
    from ravine.lab.engine import calibrate

    problem, _ = _unpacked(work)
    with _one_at_a_time:
        return calibrate(problem)


def attempt(work: bytes, chunk: Chunk) -> list[Run] | RavineError:
    """The same, for engines that would wrap what is raised in words of their own: a RavineError is returned."""
    try:
        return train(work, chunk)
    except RavineError as error:
        return error


def runs_of(outcome: list[Run] | RavineError) -> list[Run]:
    """The runs of an attempt; raises what it returned instead."""
    if isinstance(outcome, RavineError):
        raise outcome
    return outcome


@lru_cache(maxsize=1)
def _unpacked(work: bytes) -> "tuple[Problem, dict[str, Rule | TorchOptimizer]]":
    places, asked, described = pickle.loads(work)
    if asked != versions():
        here, there = (", ".join(f"{name} {version}" for name, version in of.items()) for of in (versions(), asked))
        raise RavineError(f"a worker has {here}, and the study was started with {there}: install the same on both")
    sys.path += [place for place in places if place not in sys.path and Path(place).exists()]
    problem, rules = pickle.loads(described)
    return problem, rules
