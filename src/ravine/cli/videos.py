"""`ravine videos`: the course's short videos, with narration, captions and poster."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ravine.cli.terminal import Stopped, errors, out, progress
from ravine.errors import RavineError, install, unknown


def run_videos(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; it is made if it is not there.")],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="One of them, such as down-the-ravine. Repeatable."),
    ] = None,
    silent: Annotated[bool, typer.Option("--silent", help="Without narration; captions tell it.")] = False,
) -> None:
    """Render the course's videos: WebM, MP4, captions (WebVTT) and a poster of each.

    They are spoken on this machine, without network: by the voice of hibari-tts, or, where that is not installed, by
    espeak-ng's; without either they are silent, and captions tell what would be said. It takes ffmpeg, and minutes.
    Then `ravine studio --videos DIR` and `ravine export SITE --videos DIR` show them. Ctrl-C leaves those that are
    done, and nothing half-written.
    """
    from ravine.film.encode import find_ffmpeg
    from ravine.film.speech import find_voice
    from ravine.film.video import check_files, render
    from ravine.lessons.script import scripts

    found = {script.board.name: script.board for script in scripts()}
    for name in only or ():
        if name not in found:
            raise unknown("video", name, found)
    boards = [board for name, board in found.items() if name in (only or found)]
    voice = None if silent else find_voice()
    find_ffmpeg()
    _make(folder)
    for board in boards:
        check_files(board, folder)
    if voice is None and not silent:
        errors.print(
            f"they will be silent, with captions: for a voice, {install('videos')} "
            "(or your system's package espeak-ng, which sounds like a machine)"
        )
    elif voice and voice.name == "espeak-ng":
        errors.print(f"espeak-ng speaks, which sounds like a machine: for a better voice, {install('videos')}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("video", "length", "WebM", "MP4", "took"):
        table.add_column(heading)
    for number, board in enumerate(boards):
        began = time.monotonic()
        try:
            with progress(f"rendering {board.name}") as advance:
                beats = render(board, folder, advance, voice=voice)
        except KeyboardInterrupt:
            if number == 0:
                raise
            raise Stopped(f"stopped after {_counted(number)} of {len(boards)}: the others are not written") from None
        sizes = (f"{(folder / f'{board.name}{ending}').stat().st_size / 1e6:.1f} MB" for ending in (".webm", ".mp4"))
        took = time.monotonic() - began
        table.add_row(board.name, f"{beats[-1].until:.0f} s", *sizes, f"{took:.0f} s")
    out.print(table)
    out.print(f"wrote {_counted(len(boards))} to {folder}: ravine studio --videos {folder} shows them")


def _counted(videos: int) -> str:
    return f"{videos} video{'s' * (videos != 1)}"


def _make(folder: Path) -> None:
    if not folder.is_dir():
        if not folder.absolute().parent.is_dir():
            raise RavineError(f"cannot write {folder}: there is no folder {folder.absolute().parent}")
        if folder.exists():
            raise RavineError(f"cannot write {folder}: it is no folder; name one")
        folder.mkdir()
