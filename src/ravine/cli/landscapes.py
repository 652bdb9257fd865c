"""`ravine landscapes`: what a race can be run on."""

from typing import Any

from rich.table import Table

from ravine.cli.terminal import AsJson, end_with_the_reader, out, print_json
from ravine.landscapes import Landscape, landscapes


def show_landscapes(as_json: AsJson = False) -> None:
    """List the landscapes that a race can be run on; a formula in x and y is one too."""
    end_with_the_reader()
    if as_json:
        print_json([_landscape_facts(land) for land in landscapes.values()])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("landscape", "domain", "what it teaches"):
        table.add_column(heading)
    for land in landscapes.values():
        table.add_row(land.name, str(land.domain), land.lesson)
    out.print(table)


def _landscape_facts(land: Landscape) -> dict[str, Any]:
    return {
        "name": land.name,
        "title": land.title,
        "source": land.source,
        "domain": {"x": land.domain.x, "y": land.domain.y},
        "range": land.range,
        "minima": land.minima,
        "saddles": land.saddles,
        "start": land.start,
        "lesson": land.lesson,
        "parameters": land.parameters,
        "python": land.python(),
        "latex": land.latex(),
        "javascript": land.javascript(),
        "glsl": land.glsl(),
    }
