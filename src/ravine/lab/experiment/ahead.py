"""How much training is, in runs, steps and looks: of what is to be trained, and of what was."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run


class Ahead(NamedTuple):
    """Runs, and the updates and looks at validation data of all of them."""

    runs: int
    steps: int
    looks: int


def ahead(missing: Sequence[Configuration]) -> Ahead:
    """What training these takes."""
    return Ahead(len(missing), sum(one.last for one in missing), sum(len(one.looks) for one in missing))


def taken(runs: Sequence[Run]) -> Ahead:
    """What these took: those that were lost on the way, or stopped early, less than was foretold."""
    ends = [min(sum(map(isfinite, run.validation_loss)), len(run.looks) - 1) for run in runs]
    return Ahead(len(runs), sum(run.looks[end] for run, end in zip(runs, ends, strict=True)), sum(ends) + len(runs))
