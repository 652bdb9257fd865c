"""What is told of a study before it is trained, and while it is."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple


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
