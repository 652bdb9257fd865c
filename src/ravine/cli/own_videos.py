"""`--videos DIR`: the videos that `ravine videos` rendered."""

from pathlib import Path
from typing import Annotated

import typer

Videos = Annotated[
    Path | None,
    typer.Option("--videos", metavar="DIR", help="Show the videos that `ravine videos DIR` rendered, too."),
]
