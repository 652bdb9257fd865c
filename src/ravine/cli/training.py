"""What is told of a study while it runs, on standard error: what it will cost, and how far it is."""

import time
from types import TracebackType

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ravine import lab
from ravine.cli.terminal import Terminal, ending
from ravine.lab.report import phrases

OFTEN = 30.0  # seconds between two lines in a log


class Report:
    """Tells it on a terminal as a bar, else now and then as a line; `quiet`, not at all."""

    def __init__(self, quiet: bool, what: str):
        self.quiet, self.what = quiet, what
        self._console = Terminal(stderr=True)
        self._bar = Progress(
            TextColumn("training"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[runs]} · {task.fields[speed]} ·"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, runs="", speed="")
        self._began = self._told = time.monotonic()

    def __enter__(self) -> "Report":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar.live.is_started:
            self._bar.stop()

    def cost(self, cost: lab.Cost) -> None:
        """Hears what is ahead."""
        self._began = self._told = time.monotonic()
        for line in cost.warnings:
            self._say(line)
        if self.quiet:
            return
        for version, count in cost.others.items():
            self._say(f"the store also holds runs that other versions made, which do not count: {count} of {version}")
        if cost.budget is not None:
            left_out = phrases.listed(cost.skipped) if cost.skipped else "nothing is left out"
            self._say(f"to keep to {cost.budget}: {left_out}")
        kept = f", {cost.kept} of them in the store" if cost.kept else ""
        ahead = f": {cost.steps:,} steps of one network, about {phrases.duration(cost.seconds)} in {cost.workers}"
        self._say(f"{self.what}: {cost.runs} runs{kept}{ahead if cost.steps else '; nothing is left to train'}")

    def progress(self, now: lab.Progress) -> None:
        """Hears how far it is."""
        ending.raise_if_asked()
        if self.quiet:
            return
        elapsed = max(time.monotonic() - self._began, 1e-9)
        runs, speed = f"{now.runs} of {now.all_runs} runs", f"{now.steps / elapsed:,.0f} steps a second"
        if self._console.is_terminal:
            self._bar.start()
            self._bar.update(self._task, completed=now.steps, total=now.all_steps, runs=runs, speed=speed)
        elif time.monotonic() - self._told > OFTEN and now.runs:
            self._told = time.monotonic()
            left = elapsed * (now.all_steps - now.steps) / now.steps
            self._say(f"{runs}, {speed}, about {phrases.duration(left)} left")

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)
