"""`ravine initializers`: a layer's first weights, or one of them."""

from typing import Annotated, Any

import typer
from rich.table import Table

from ravine.cli import completion
from ravine.cli.terminal import AsJson, bold, end_with_the_reader, out, print_json
from ravine.initializers import Initializer, find_initializer, initializers

EXAMPLE = (64, 32)  # fan_in and fan_out


def show_initializers(
    name: Annotated[
        str | None,
        typer.Argument(
            help="One initializer: its equation, bias and forms; or a .py file of your own.",
            autocompletion=completion.initializer,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the starts of a layer's weights, or show one: distribution, equation in the fans, biases, source."""
    end_with_the_reader()
    if name is not None:
        initializer = find_initializer(name)
        print_json(_facts(initializer)) if as_json else _print_one(initializer)
    elif as_json:
        print_json([_facts(initializer) for initializer in _in_order()])
    else:
        _print_all()


def _in_order() -> list[Initializer]:
    """Those of papers and frameworks first, each followed by its other forms; then those that fail."""
    fails = {each.family: not each.dialect for each in initializers.values() if each.name == each.family}
    return sorted(initializers.values(), key=lambda each: (fails[each.family], each.family, each.name != each.family))


def _facts(initializer: Initializer) -> dict[str, Any]:
    return {
        "name": initializer.name,
        "title": initializer.title,
        "source": initializer.source,
        "dialect": initializer.dialect,
        "form_of": initializer.family,
        "distribution": initializer.distribution.name,
        "bias_distribution": initializer.bias_distribution.name,
        "parameters": initializer.parameters,
        "good_at": initializer.good_at,
        "hurts": initializer.hurts,
        "python": initializer.python(),
        "bias": initializer.bias_python(),
        "latex": initializer.latex(),
        "mathml": initializer.mathml(),
        "javascript": initializer.javascript(),
        "glsl": initializer.glsl(),
    }


def _print_all() -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("initializer", no_wrap=True)
    for heading in ("title", "as in", "weights", "deviation at {} → {}".format(*EXAMPLE)):
        table.add_column(heading)
    for each in _in_order():
        main = each.name == each.family
        name = each.name if main else f"  {each.name}"
        deviation = f"{each.deviation(*EXAMPLE):.3g}"
        table.add_row(name, each.title, each.dialect or "fails", each.distribution.name, deviation)
    out.print(table)
    out.say("\nOne of them: ", bold("ravine initializers he_uniform"), ". One of your own: ", bold("… mine.py"), ".")


def _print_one(initializer: Initializer) -> None:
    out.say(bold(initializer.title), f"\n{initializer.source}" * bool(initializer.source))
    if initializer.dialect:
        out.print(f"as in: {initializer.dialect}")
    out.print(f"\nweights: {initializer.distribution.returns}")
    out.print(initializer.python(), soft_wrap=True)
    out.print(f"biases: {initializer.bias_distribution.returns}")
    out.print(initializer.bias_python(), soft_wrap=True)
    if initializer.good_at or initializer.hurts:
        out.say(bold("good at"), f"  {initializer.good_at}\n", bold("hurts"), f"    {initializer.hurts}")
    same = [each for each in initializers.values() if each.family == initializer.family]
    forms = [form for form in same if form.name != initializer.name]
    if forms:
        out.say("\n", bold("other forms"), "  " + ", ".join(f"{form.name} ({form.dialect})" for form in forms))
