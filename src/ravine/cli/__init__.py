"""The command line: `ravine rules`, `race`, `compare`, `studio` and the rest. One file a command."""

import errno
import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer

from ravine.cli import (
    activations,
    check,
    compare,
    dialect,
    export,
    initializers,
    landscapes,
    race,
    results,
    rules,
    studio,
)
from ravine.cli.terminal import Stopped, ending, out
from ravine.errors import RavineError
from ravine.shown import plain
from ravine.version import __version__

app = typer.Typer(
    name="ravine",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Write an optimizer once, as its equation: see it, race it, compare it.",
)
app.command("rules")(rules.show_rules)
app.command("landscapes")(landscapes.show_landscapes)
app.command("activations")(activations.show_activations)
app.command("initializers")(initializers.show_initializers)
app.command("race")(race.run_race)
app.command("check")(check.run_check)
app.command("compare")(compare.run_compare)
app.command("results")(results.show_results)
app.command("dialect")(dialect.show_dialect)
app.command("studio")(studio.run_studio)
app.command("export")(export.run_export)

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # what a write says of the disk below it
INTERRUPTED = 130  # 128 and the number of the signal, as shells have it

# The parser's class of bad command lines; Typer carries the parser inside and names only this child of it.
UsageError: type[Any] = typer.BadParameter.__mro__[1]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line. Bad input is one line on standard error and exit code 2; Ctrl-C is 130, SIGTERM 143."""
    ending.listen()
    try:
        code = _run(arguments)
    except RavineError as error:
        code = _failed(str(error))
    except UsageError as error:
        where = error.ctx.command_path if error.ctx else "ravine"
        code = _failed(f"{error.format_message().rstrip('.')} (see {where} --help)")
    except Stopped as stopped:
        code = _failed(str(stopped), INTERRUPTED)
    except OSError as error:
        if error.errno not in FULL or error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of it goes nowhere
        code = _failed(f"cannot write the output: {error.strerror}")
    except (typer.Abort, KeyboardInterrupt):
        code = _failed("stopped; nothing was written", INTERRUPTED)
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int | None:
    """The command's exit code. KeyboardInterrupt for whatever comes of a Ctrl-C."""
    try:
        code: int | None = app(args=arguments, prog_name="ravine", standalone_mode=False)
        sys.stdout.flush()
    except Stopped:
        raise
    except Exception:
        ending.raise_if_asked()  # what is broken off may fail in a way of its own: an import does, written in C
        raise
    if code == INTERRUPTED:  # what Typer turns Ctrl-C into
        raise KeyboardInterrupt
    return code


def _failed(message: str, code: int = 2) -> int:
    if code == INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends already: a second Ctrl-C could only disturb that
    print(plain(f"ravine: {message}"), file=sys.stderr)
    return code


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"ravine {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None: ...
