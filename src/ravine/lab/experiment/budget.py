"""A budget for a whole study: how much of it is carried out, so that the clock or a count of steps is kept to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ravine.errors import RavineError
from ravine.lab.study.study import Study

LONGEST = 20  # letters
UNITS = {"s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
FEWEST = 2  # seeds that report: one cannot tell a better optimizer from a lucky one
_TEXT = re.compile(r"(?P<number>[\d_,]*\.?\d+)\s*(?P<unit>[a-z]*)")


@dataclass(frozen=True)
class Budget:
    """So many seconds by the clock, or so many updates of one network over all runs: the other is None."""

    seconds: float | None = None
    steps: int | None = None

    def __str__(self) -> str:
        if self.seconds is None:
            return f"{self.steps:,} steps"
        unit = next(name for name in ("h", "min", "s") if name == "s" or self.seconds % UNITS[name] == 0)
        return f"{self.seconds / UNITS[unit]:g} {unit}"

    def allows(self, seconds: float, steps: int) -> bool:
        """Whether what takes so long is within it."""
        return steps <= self.steps if self.steps is not None else seconds <= (self.seconds or 0)


def read_budget(given: object) -> Budget:
    """ "30min", "90 s", "1.5h", or a count of steps: 200000, "200000 steps". RavineError for anything else."""
    wrong = RavineError(f"budget must be a time, as in 30min, 90s or 2h, or a count of steps, not {given!r:.40}")
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise wrong
    found = _TEXT.fullmatch(str(given).strip().lower())
    if found is None or len(str(given)) > LONGEST:
        raise wrong
    number, unit = float(found["number"].replace(",", "").replace("_", "")), found["unit"]
    if unit in ("", "step", "steps") and number.is_integer() and number >= 1:
        return Budget(steps=int(number))
    if unit in UNITS and number > 0:
        return Budget(seconds=number * UNITS[unit])
    raise wrong


def smaller(study: Study) -> Iterator[Study]:
    """The study, and what answers the same question with less, the least loss first.

    Settings race; fewer seeds choose, then fewer report. Every run keeps its length and its schedule, and every
    optimizer all of its settings: a shorter training or a coarser grid would answer another question.
    """
    yield study
    if study.report == "best":
        if not study.halving:
            study = replace(study, halving=True)
            yield study
        for seeds in range(len(study.seeds_that_tune) - 1, 0, -1):
            study = replace(study, tuning_seeds=seeds)
            yield study
    for seeds in range(study.seeds - 1, FEWEST - 1, -1):
        yield replace(study, seeds=seeds)


def skipped(asked: Study, kept: Study) -> list[str]:
    """What of the one is left out of the other."""
    found = ["settings race"] * (kept.halving and not asked.halving)
    few, all_of_them = len(kept.seeds_that_tune), len(asked.seeds_that_tune)
    found += [f"{few} of {all_of_them} seeds {'chooses' if few == 1 else 'choose'}"] * (few < all_of_them)
    return found + [f"{kept.seeds} of {asked.seeds} seeds report"] * (kept.seeds < asked.seeds)
