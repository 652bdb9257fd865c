"""What the commands share of the terminal: output, JSON, progress, the end of a pipe."""

import json
import math
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ravine.shown import plain


class Terminal(Console):
    """A console on which text is text: a bracket begins no style, and no character moves the cursor."""

    def __init__(self, stderr: bool = False):
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(plain(text), **options)

    def say(self, *parts: str | Text) -> None:
        """Prints the parts one after the other, without spaces between."""
        self.print(*parts, sep="")


out, errors = Terminal(), Terminal(stderr=True)


def bold(text: str, style: str = "bold") -> Text:
    return Text(plain(text), style)


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


class Stopped(Exception):  # noqa: N818 - it is no error
    """Ctrl-C, with what to tell about what was done so far."""


class _Ending:
    """Ends the command on Ctrl-C or SIGTERM, by an exception, so that what is half written is taken away.

    Python drops an exception that is raised while a finaliser runs, so long work asks again now and then.
    """

    asked_by: int | None = None

    def listen(self) -> None:
        self.asked_by = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._heard)

    def _heard(self, number: int, frame: object) -> None:
        self.asked_by = number
        self.raise_if_asked()

    def raise_if_asked(self) -> None:
        if self.asked_by == signal.SIGINT:
            raise KeyboardInterrupt
        if self.asked_by is not None:
            sys.exit(128 + self.asked_by)  # as shells have it


ending = _Ending()


def end_with_the_reader() -> None:
    """`ravine rules | head` ends as other programs do, without a word. Not for commands that write files."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def print_json(facts: object) -> None:
    """NaN and what is infinite, which JSON lacks, become null; what it has no kind for becomes text."""
    text = json.dumps(_finite(facts), indent=2, ensure_ascii=False, default=_as_json)
    print("".join(letter if plain(letter) == letter else json.dumps(letter)[1:-1] for letter in text))


def _as_json(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)


def _finite(facts: object) -> object:
    if isinstance(facts, float):
        return facts if math.isfinite(facts) else None
    if isinstance(facts, Mapping):
        return {str(name): _finite(value) for name, value in facts.items()}
    return [_finite(value) for value in facts] if isinstance(facts, list | tuple) else facts


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, from the first time that what it yields is called with (done, total)."""
    # Here, since no Tab and few commands want it.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Terminal(stderr=True), transient=True)
    task = bar.add_task(what, total=None)

    def advance(done: int, total: int) -> None:
        ending.raise_if_asked()
        if bar.console.is_terminal:  # a log wants no bar
            bar.start()
            bar.update(task, completed=done, total=total)

    try:
        yield advance
    finally:
        if bar.live.is_started:
            bar.stop()
