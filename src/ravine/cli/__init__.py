"""The command line: `ravine rules`, `race`, `compare`, `studio` and the rest. One file a command."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Annotated, Any, NoReturn

import typer

from ravine.cli import (
    activations,
    check,
    compare,
    completion,
    dialect,
    export,
    initializers,
    landscapes,
    race,
    results,
    rules,
    studio,
    videos,
)
from ravine.cli.examples import examples
from ravine.cli.terminal import Stopped, ending
from ravine.errors import RavineError
from ravine.shown import plain

app = typer.Typer(
    name="ravine",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Write an optimizer once, as its equation: see it, race it, compare it.",
)
COMMANDS: dict[str, Callable[..., None]] = {
    "rules": rules.show_rules,
    "landscapes": landscapes.show_landscapes,
    "activations": activations.show_activations,
    "initializers": initializers.show_initializers,
    "race": race.run_race,
    "check": check.run_check,
    "compare": compare.run_compare,
    "results": results.show_results,
    "dialect": dialect.show_dialect,
    "studio": studio.run_studio,
    "export": export.run_export,
    "videos": videos.run_videos,
}
for name, command in COMMANDS.items():
    app.command(name, epilog=examples(name))(command)

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # what a write says of the disk below it
INTERRUPTED = 130  # 128 and the number of the signal, as shells have it

# The parser's class of bad command lines; Typer carries the parser inside and names only this child of it.
UsageError: type[Any] = typer.BadParameter.__mro__[1]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line. Bad input is one line on standard error and exit code 2; Ctrl-C is 130, SIGTERM 143."""
    if completion.ASKED_BY in os.environ:
        completion.answer(lambda: app(args=arguments, prog_name="ravine", standalone_mode=False))
    completion.answer_zshs_first_tab()
    ending.listen()
    _open_standard_streams()
    try:
        code = _run(arguments)
    except BrokenPipeError:  # whoever read has gone
        code = _silenced(1)
    except RavineError as error:
        code = _failed(str(error))
    except UsageError as error:
        where = error.ctx.command_path if error.ctx else "ravine"
        code = _failed(f"{error.format_message().rstrip('.')} (see {where} --help)")
    except Stopped as stopped:
        code = _failed(str(stopped), INTERRUPTED)
    except (typer.Abort, KeyboardInterrupt):
        code = _failed("stopped; nothing was written", INTERRUPTED)
    except OSError as error:  # also a name that is too long
        output = error.errno in FULL and error.filename is None
        about = f": {error.filename}" if error.filename else ""
        code = _silenced(_failed(f"{'cannot write the output: ' * output}{error.strerror or error}{about}"))
    except MemoryError:
        code = _failed("there is not enough memory for that: ask for less")
    sys.exit(code)


def _open_standard_streams() -> None:
    """What was closed (`>&-`) leads nowhere: else the next file that is opened would be the standard output."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))


def _silenced(code: int) -> int:
    """What is still to be written to standard output goes nowhere; else Python complains of it at its end."""
    if sys.stdout is sys.__stdout__:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    return code


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
    with suppress(OSError):  # nobody hears it
        print(plain(f"ravine: {message}").replace("\n", "\\n"), file=sys.stderr)
    return code


def _version(wanted: bool) -> None:
    if wanted:
        from ravine.cli.version import print_version

        print_version()
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the version, and what is installed and found: for a report of an error.",
        ),
    ] = False,
) -> None: ...
