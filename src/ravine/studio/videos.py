"""The course's videos in the site: their files, or the transcript with still pictures where nobody rendered them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ravine.errors import RavineError
from ravine.film.captions import Cue, cues, read_webvtt
from ravine.film.timeline import TAIL
from ravine.lessons.script import Script, scripts

KINDS = (".webm", ".mp4", ".vtt", ".png")  # what `ravine videos` writes of each
STILL = 640  # pixels across


@dataclass(frozen=True)
class Video:
    """A video as pages show it. folder: of its files, None where there are none; captions: of what is said in it."""

    script: Script
    folder: Path | None
    captions: tuple[Cue, ...]

    @property
    def name(self) -> str:
        return self.script.board.name

    @property
    def length(self) -> str:
        """As in 2:14."""
        seconds = round(self.captions[-1].end + TAIL) if self.captions else 0
        return f"{seconds // 60}:{seconds % 60:02}"

    @property
    def as_json(self) -> str:
        """The captions for the page's script: [[start, end, text], …]."""
        return json.dumps([[round(cue.start, 3), round(cue.end, 3), cue.text] for cue in self.captions])

    @property
    def scenes(self) -> list[tuple[str, str, str]]:
        """(title, all that is said, path of its still picture) of each scene."""
        board = self.script.board
        return [
            (scene.facts["title"], " ".join(said.text for said in scene.sentences), still_path(board.name, number))
            for number, scene in enumerate(board.scenes, start=1)
        ]


def still_path(name: str, number: int) -> str:
    """Where the still picture of a scene stands in the site, counted from 1."""
    return f"static/pictures/{name}-{number}.png"


def find_videos(folder: Path | None) -> tuple[Video, ...]:
    """Every video of the course, with its files where they are in the folder.

    RavineError for a folder without any, and for files that were rendered from another script than today's.
    """
    found = tuple(_find(script, folder) for script in scripts())
    if folder is not None and not any(video.folder for video in found):
        raise RavineError(f"there are no videos in {folder}: ravine videos {folder} renders them")
    return found


def _find(script: Script, folder: Path | None) -> Video:
    name = script.board.name
    if folder is None or not all((folder / f"{name}{kind}").is_file() for kind in KINDS):
        return Video(script, None, ())
    captions = read_webvtt((folder / f"{name}.vtt").read_text(encoding="utf-8"))
    told = [cue.text for cue in cues([(said.text, 0.0, 0.0) for said in script.board.sentences])]
    if [cue.text for cue in captions] != told:
        raise RavineError(
            f"{folder / name}.vtt does not say what today's script says: "
            f"ravine videos {folder} --only {name} renders it anew"
        )
    return Video(script, folder, tuple(captions))


def video_files(videos: tuple[Video, ...]) -> dict[str, Callable[[], bytes]]:
    """What belongs to the videos' pages, by path in the site: their files, or still pictures where there are none."""
    files: dict[str, Callable[[], bytes]] = {}
    for video in videos:
        if video.folder is not None:
            files |= {f"videos/{video.name}{kind}": (video.folder / f"{video.name}{kind}").read_bytes for kind in KINDS}
            continue
        for number in range(1, len(video.script.board.scenes) + 1):
            files[still_path(video.name, number)] = partial(_still, video, number)
    return files


def _still(video: Video, number: int) -> bytes:
    from ravine.film.video import still  # here, since it brings Matplotlib, and a server shall start at once

    return still(video.script.board.scenes[number - 1], STILL)
