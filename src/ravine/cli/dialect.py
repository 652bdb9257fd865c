"""`ravine dialect`: the same training in another framework."""

from typing import Annotated

import typer

from ravine.cli import completion
from ravine.errors import RavineError

FRAMEWORKS = "torch, keras, optax, ravine, pytorch_optimizer or tf1"


def show_dialect(
    optimizer: Annotated[
        str, typer.Argument(help="adam, rmsprop, …, as in the framework it comes from", autocompletion=completion.rule)
    ],
    source: Annotated[str, typer.Option("--from", help=FRAMEWORKS, autocompletion=completion.framework)],
    target: Annotated[str, typer.Option("--to", help=FRAMEWORKS, autocompletion=completion.framework)],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, by the first framework's name")
    ] = None,
) -> None:
    """What the same training needs in another framework: the settings, how exact they are, and why."""
    from ravine.dialects import convert

    given = {}
    for setting in settings or []:
        name, _, value = setting.partition("=")
        try:
            given[name] = float(value)
        except ValueError:
            raise RavineError(f"--set {setting}: write NAME=NUMBER, as in --set lr=1e-3") from None
    found = convert(optimizer, source, target, given)
    if found.settings:
        typer.echo(found.code())
    typer.echo(found.verdict)
    for reason in found.reasons:
        typer.echo(f"- {reason}")
