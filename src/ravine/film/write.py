"""Writes a race to a file: whole, or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from ravine.errors import RavineError
from ravine.files import check_writable, replacing
from ravine.film.encode import ENDINGS, FRAMES_A_SECOND, PICTURES, encode, find_ffmpeg
from ravine.film.picture import Picture, draw
from ravine.film.race import Race

SECONDS = 12  # a longer race is shown faster, several steps to a frame
HOLD = 2  # seconds on the last frame

Progress = Callable[[int, int], None]


def check(path: Path) -> None:
    """Refuses a path whose ending is unknown, whose folder cannot be written, or that needs an ffmpeg not here."""
    if path.suffix.lower() not in ENDINGS:
        raise RavineError(f"cannot write {path}: its ending must be one of {' '.join(ENDINGS)}")
    check_writable(path)
    if path.suffix.lower() in (".mp4", ".webm"):
        find_ffmpeg()


def write(race: Race, path: Path, on_frame: Progress | None = None) -> None:
    """Writes the race to `path` as its ending says; `on_frame(done, total)` is called for each frame of a film."""
    check(path)
    picture = draw(race)
    with replacing(path) as draft:
        if path.suffix.lower() in PICTURES:
            picture.figure.savefig(draft, dpi=150)
        else:
            canvas = picture.figure.canvas
            canvas.draw()
            finale = np.array(canvas.buffer_rgba())  # type: ignore[attr-defined]
            encode(frames(race, picture, on_frame), draft, finale)


def frames(race: Race, picture: Picture, on_frame: Progress | None = None) -> Iterator[np.ndarray]:
    """The film's frames, RGBA. What stands still is drawn once; each frame adds what moves."""
    canvas = picture.figure.canvas
    for artist in picture.moving:
        artist.set_animated(True)
    canvas.draw()
    still = canvas.copy_from_bbox(picture.figure.bbox)  # type: ignore[attr-defined]
    shown = np.unique(np.linspace(0, race.steps, min(race.steps, SECONDS * FRAMES_A_SECOND) + 1).round().astype(int))
    held = [race.steps] * (HOLD * FRAMES_A_SECOND)
    total = len(shown) + len(held)
    for number, step in enumerate([*shown.tolist(), *held]):
        if number < len(shown):
            canvas.restore_region(still)  # type: ignore[attr-defined]
            picture.show(step, race.steps)
            for artist in picture.moving:
                (artist.axes or picture.figure).draw_artist(artist)
        yield np.asarray(canvas.buffer_rgba())  # type: ignore[attr-defined]
        if on_frame:
            on_frame(number + 1, total)
