"""`--rule qhm.py`: a rule of one's own beside the others."""

from collections.abc import Iterable
from typing import Annotated

import typer

from ravine.rules import find_rule, rules

OwnRules = Annotated[
    list[str] | None,
    typer.Option("--rule", metavar="FILE.py", help="A rule of your own beside the others. Repeatable."),
]


def include(files: Iterable[str] | None) -> None:
    """Takes the rules of the files into the book."""
    for file in files or ():
        rules.include(find_rule(file))
