"""`ravine export`: the studio as static files."""

from pathlib import Path
from typing import Annotated

import typer

from ravine.cli import own_lessons, own_rules
from ravine.cli.own_lessons import OwnLessons
from ravine.cli.own_rules import OwnRules
from ravine.cli.own_videos import Videos
from ravine.cli.terminal import out


def run_export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder, or an earlier export, which is replaced.")
    ],
    rules: OwnRules = None,
    lessons: OwnLessons = None,
    videos: Videos = None,
) -> None:
    """Write the studio as static files that work on any file server, below any path, and opened from the disk."""
    from ravine.studio.export import export
    from ravine.studio.site import build

    own_rules.include(rules)
    own_lessons.include(lessons)
    site = build(videos)
    export(site, folder)
    size = sum(map(len, site.values())) / 1e6
    out.print(f"wrote {len(site)} files, {size:.1f} MB, to {folder}: open {folder / 'index.html'}")
