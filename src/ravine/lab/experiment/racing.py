"""Successive halving: the settings of an optimizer race on the same seeds, and a third of them goes on at each rung.

Jamieson & Talwalkar 2016, with rungs after a ninth and a third of the budget. A run that is stopped has followed the
schedule of the whole budget; what goes on is trained anew, from its first step, so that a run never depends on how it
was stopped, and no optimizer's state need be kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from ravine.lab.analysis.entrant import Entrant
from ravine.lab.analysis.selection import Trial, lost, trials, worth
from ravine.lab.report import phrases
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run

ETA = 3  # one setting in so many goes on
LEAST = 2  # and so many at least: what leads at a third of the budget is often not what leads at its end
PARTS = (9, 3)  # a rung ends after this part of the budget
MOVED = 0.01  # of the training loss: what moves less, and is as high as before training, stands still


class Rung(NamedTuple):
    """So many settings, each trained for one part of its budget in `part`."""

    part: int
    settings: int


def ladder(settings: int) -> tuple[Rung, ...]:
    """The rungs on the way of so many settings to the end; one that would save nothing is left out.

    11 settings: all to a ninth of the budget, 4 to a third, 2 to the end: 41 % of the steps that all would take.
    """
    left, found = settings, []
    for part in PARTS:
        going_on = max(LEAST, ceil(left / ETA))
        if left / part + going_on < left:
            found.append(Rung(part, left))
            left = going_on
    return (*found, Rung(1, left))


class Race:
    """The settings of one optimizer on the seeds that choose, on their way up the rungs.

    whole: its runs to the end, those of a setting side by side. made: gives those runs that are made.
    """

    def __init__(
        self,
        whole: Sequence[Configuration],
        rungs: tuple[Rung, ...],
        made: Callable[[Sequence[Configuration]], Sequence[Run]],
        metric: str,
    ):
        self.whole, self.rungs, self.made, self.metric = whole, rungs, made, metric

    def runs(self, number: int) -> list[Configuration]:
        """Of one rung; [] where the one before is not all made, and where there is none."""
        if not 0 <= number < len(self.rungs):
            return []
        left = list(self.whole)
        for before, after in pairwise(self.rungs[: number + 1]):
            rung = [stopped(one, before.part) for one in left]
            made = self.made(rung)
            if len(made) < len(rung):
                return []
            kept = going_on(trials(made), after.settings, self.metric)
            left = [one for one in left if replace(one, seed=0) in kept]
        return [stopped(one, self.rungs[number].part) for one in left]

    def last(self) -> list[Configuration]:
        """The runs to the end."""
        return self.runs(len(self.rungs) - 1)


def stopped(whole: Configuration, part: int) -> Configuration:
    """The same run, as far as a rung: itself, where that is its end."""
    until = ceil(whole.steps / part)
    return replace(whole, until=until if until < whole.steps else None)


def going_on(tried: Sequence[Trial], most: int, metric: str) -> set[Configuration]:
    """The settings that go on, as they are called at the end: the best, less those without hope if others have some."""
    ranked = sorted(tried, key=lambda trial: worth(trial, metric), reverse=True)[:most]
    hopeful = [trial for trial in ranked if not all(map(hopeless, trial.runs))]
    return {replace(trial.setting, until=None) for trial in hopeful or ranked}


def hopeless(run: Run) -> bool:
    """Whether it is lost, or stands still: in the later half of its looks the training loss is that of the start."""
    late = run.train_loss[len(run.train_loss) // 2 :]
    still = len(late) > 1 and min(late) > (1 - MOVED) * run.train_loss[0] and max(late) < (1 + MOVED) * min(late)
    return lost(run) or still


def told(entrants: Sequence[Entrant]) -> list[str]:
    """How the race went, in a line; none where there was none."""
    raced = [entrant for entrant in entrants if entrant.rungs]
    if not raced:
        return []
    settings = [trial for entrant in raced for trial in entrant.tried]
    fell = [trial for trial in settings if trial.setting.until is not None]
    diverged = sum(all(map(lost, trial.runs)) for trial in fell)
    still = sum(all(map(hopeless, trial.runs)) for trial in fell) - diverged
    without = [f"{diverged} had diverged"] * (diverged > 0) + [f"{still} stood still"] * (still > 0)
    said = f"Settings raced: {len(fell)} of {len(settings)} were stopped after a ninth or a third of the budget"
    return [f"{said}{f' ({phrases.listed(without)})' if without else ''}, and have no figures at its end."]
