"""What the commands share of the terminal: output, JSON, progress, the end of a pipe."""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

out = Console(highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


class Stopped(Exception):  # noqa: N818 - it is no error
    """Ctrl-C, with what to tell about what was done so far."""


def end_with_the_reader() -> None:
    """`ravine rules | head` ends as other programs do, without a word. Not for commands that write files."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def print_json(facts: object) -> None:
    print(json.dumps(facts, indent=2, ensure_ascii=False))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, from the first time that what it yields is called with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=None)

    def advance(done: int, total: int) -> None:
        if bar.console.is_terminal:  # a log wants no bar
            bar.start()
            bar.update(task, completed=done, total=total)

    try:
        yield advance
    finally:
        if bar.live.is_started:
            bar.stop()
