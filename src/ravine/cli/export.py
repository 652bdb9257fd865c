"""`ravine export`: the studio as static files."""

from pathlib import Path
from typing import Annotated

import typer

from ravine.cli import own_lessons, own_rules
from ravine.cli.own_lessons import OwnLessons
from ravine.cli.own_rules import OwnRules
from ravine.cli.own_videos import Videos
from ravine.cli.terminal import out
from ravine.errors import RavineError


def run_export(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A new or empty folder, or an earlier export, which is replaced."),
    ] = None,
    scorm: Annotated[
        Path | None,
        typer.Option(
            "--scorm",
            metavar="FILE.zip",
            help="A SCORM 1.2 package for a learning platform (Moodle, ILIAS, …), with progress and score.",
        ),
    ] = None,
    rules: OwnRules = None,
    lessons: OwnLessons = None,
    videos: Videos = None,
) -> None:
    """Write the studio as static files that work on any file server, below any path, and opened from the disk.

    Or as a package for a learning platform: ravine export --scorm ravine.zip
    """
    from ravine.files import check_writable, replacing
    from ravine.studio.export import export
    from ravine.studio.scorm import package
    from ravine.studio.site import build

    if folder is None and scorm is None:
        raise RavineError("say where to: ravine export DIR, or ravine export --scorm FILE.zip, or both")
    if scorm is not None:
        if scorm.suffix.lower() != ".zip":
            raise RavineError(f"--scorm {scorm}: a package is a zip; name it FILE.zip")
        check_writable(scorm)
    own_rules.include(rules)
    own_lessons.include(lessons)
    site = build(videos)
    if folder is not None:
        export(site, folder)
        size = sum(map(len, site.values())) / 1e6
        out.print(f"wrote {len(site)} files, {size:.1f} MB, to {folder}: open {folder / 'index.html'}")
    if scorm is not None:
        body = package(site)
        with replacing(scorm) as draft:
            draft.write_bytes(body)
        out.print(f"wrote {scorm}, {len(body) / 1e6:.1f} MB: add it to a course of your platform as a SCORM package")
