"""What a study tells in a notebook while it runs: its cost first, then how far it is."""

import sys
import time
from collections.abc import Sequence
from typing import Any

from ravine.cell_output import said, table
from ravine.lab.report import phrases
from ravine.lab.report.searches import summary
from ravine.lab.store.run import Run
from ravine.shown import marked_up

OFTEN = 0.5  # seconds between two looks


def in_notebook() -> bool:
    """Whether this runs in a kernel that shows HTML."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class Told:
    """One output of a cell, which changes as the study goes on."""

    def __init__(self, what: str):
        self.what, self.ahead, self.told = what, "", 0.0
        self._handle: Any = None

    def cost(self, cost: Any) -> None:
        """Hears what is ahead: a `Cost`."""
        kept = f", {cost.kept} of them in the store" if cost.kept else ""
        steps = f": {cost.steps:,} steps of one network, about {phrases.duration(cost.seconds)}" if cost.steps else ""
        within = f"; for {cost.budget}, {phrases.listed(cost.skipped)}" if cost.skipped else ""
        self.ahead = f"{self.what}: {cost.runs} runs{kept}{steps}{within}"
        self._show("".join(f"<p>{marked_up(line)}</p>" for line in cost.warnings))

    def progress(self, now: Any) -> None:
        """Hears how far it is: a `Progress`."""
        if time.monotonic() - self.told > OFTEN or now.steps >= now.all_steps:
            self.told = time.monotonic()
            share = now.steps / max(now.all_steps, 1)
            bar = f'<progress value="{share:.3f}" max="1"></progress> {now.runs} of {now.all_runs} runs'
            self._show(bar)

    def stopped(self, line: str, made: Sequence[Run]) -> None:
        """Hears that it was interrupted: what is there so far is shown, the best setting of each rule first."""
        rows = summary(made)
        best = table([[str(value) for value in row.values()] for row in rows], list(rows[0])) if rows else ""
        self._show(f"{said(line)}{best}")

    def _show(self, below: str) -> None:
        from IPython.display import HTML, display  # there is one: this runs in it

        html = HTML(f"<p>{marked_up(self.ahead)}</p>{below}")
        if self._handle is None:
            self._handle = display(html, display_id=True)
        else:
            self._handle.update(html)
