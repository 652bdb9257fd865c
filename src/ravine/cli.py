"""The command line: `ravine rules`, `race`, `compare`."""

import sys
from collections.abc import Sequence

import click
import typer

from ravine.errors import RavineError

app = typer.Typer(
    name="ravine",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Write an optimizer once, as its equation: see it, race it, compare it.",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line. Bad input is one line on standard error and exit code 2; Ctrl-C is exit code 130."""
    try:
        code = app(args=arguments, prog_name="ravine", standalone_mode=False)
    except RavineError as error:
        code = _failed(str(error))
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "ravine"
        code = _failed(f"{error.format_message()} (see {where} --help)")
    except click.Abort:
        code = 130
    sys.exit(code)


def _failed(message: str) -> int:
    print(f"ravine: {message}", file=sys.stderr)
    return 2
