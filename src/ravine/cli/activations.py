"""`ravine activations`: what a unit makes of its input, or one of them."""

from typing import Annotated, Any

import typer
from rich.table import Table

from ravine.activations import Activation, activations, find_activation
from ravine.cli import completion
from ravine.cli.terminal import AsJson, bold, end_with_the_reader, out, print_json


def show_activations(
    name: Annotated[
        str | None,
        typer.Argument(
            help="One activation: its equation, slope and forms; or a .py file of your own.",
            autocompletion=completion.activation,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the activations, or show one: equation, slope, source, PyTorch's name of it."""
    end_with_the_reader()
    if name is not None:
        activation = find_activation(name)
        print_json(_facts(activation)) if as_json else _print_one(activation)
    elif as_json:
        print_json([_facts(activation) for activation in _by_year()])
    else:
        _print_all()


def _by_year() -> list[Activation]:
    return sorted(activations.values(), key=lambda each: (each.published, each.family, each.name != each.family))


def _facts(activation: Activation) -> dict[str, Any]:
    return {
        "name": activation.name,
        "title": activation.title,
        "source": activation.source,
        "dialect": activation.dialect,
        "form_of": activation.family,
        "parameters": activation.parameters,
        "good_at": activation.good_at,
        "hurts": activation.hurts,
        "torch": activation.torch_call(),
        "python": activation.python(),
        "slope": activation.slope_python(),
        "latex": activation.latex(),
        "mathml": activation.mathml(),
        "javascript": activation.javascript(),
        "glsl": activation.glsl(),
    }


def _print_all() -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("activation", no_wrap=True)
    for heading in ("year", "title", "in PyTorch"):
        table.add_column(heading)
    for each in _by_year():
        main = each.name == each.family
        table.add_row(
            each.name if main else f"  {each.name}",
            f"{each.published:g}",
            each.title,
            each.torch_call().removeprefix("torch."),
        )
    out.print(table)
    out.say(
        "\nOne of them: ",
        bold("ravine activations relu"),
        ". One of your own: ",
        bold("ravine activations mine.py"),
        ".",
    )


def _print_one(activation: Activation) -> None:
    out.say(bold(activation.title), f"\n{activation.source}" * bool(activation.source))
    for head, text in (("as in", activation.dialect), ("in PyTorch", activation.torch_call())):
        if text:
            out.print(f"{head}: {text}")
    out.print("\n" + activation.python(), soft_wrap=True)
    out.print(activation.slope_python(), soft_wrap=True)
    if activation.good_at or activation.hurts:
        out.say(bold("good at"), f"  {activation.good_at}\n", bold("hurts"), f"    {activation.hurts}")
    forms = [each for each in activations.values() if each.family == activation.family and each.name != activation.name]
    if forms:
        out.say("\n", bold("other forms"), "  " + ", ".join(f"{form.name} ({form.dialect})" for form in forms))
