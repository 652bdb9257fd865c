"""`--lesson my-rule.md`: a lesson of one's own after the course's."""

from pathlib import Path
from typing import Annotated

import typer

OwnLessons = Annotated[
    list[Path] | None,
    typer.Option("--lesson", metavar="FILE.md", help="A lesson of your own after the others. Repeatable."),
]


def include(files: list[Path] | None) -> None:
    """Takes the lessons of the files into the course."""
    if files:
        from ravine.lessons import own

        own.include(files)
