"""`ravine studio`: the site of the course on this machine."""

from typing import Annotated

import typer

from ravine.cli import own_lessons, own_rules
from ravine.cli.own_lessons import OwnLessons
from ravine.cli.own_rules import OwnRules
from ravine.cli.own_videos import Videos
from ravine.cli.terminal import out


def run_studio(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0: any free one.")] = 8400,
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in.")] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in your browser.")] = False,
    rules: OwnRules = None,
    lessons: OwnLessons = None,
    videos: Videos = None,
) -> None:
    """Serve the studio, where one learns what optimizers do by playing with them. Ctrl-C stops it."""
    from ravine.studio.serve import serve

    own_rules.include(rules)
    own_lessons.include(lessons)
    serve(host, port, lambda address: out.print(f"The studio is at {address} (Ctrl-C stops it)"), open_browser, videos)
