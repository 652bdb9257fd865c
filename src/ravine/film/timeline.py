"""When what is said: a storyboard's sentences on the clock of its video."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ravine.film.encode import FRAMES_A_SECOND
from ravine.storyboard import Storyboard

LEAD = 0.5  # seconds before the first sentence
PAUSE = 0.35  # after a sentence
BETWEEN = 0.8  # after a scene's last
TAIL = 2.5  # after the last of all, while the question stands
LETTERS_A_SECOND = 14.5  # at which the voice speaks: so long a sentence stands where nobody speaks


class Beat(NamedTuple):
    """A sentence on the clock, in seconds: said from `start` to `end`; its picture stays until `until`."""

    scene: int
    number: int  # within its scene
    start: float
    end: float
    until: float


def timeline(board: Storyboard, lengths: Sequence[float]) -> list[Beat]:
    """lengths: in seconds, of each sentence as it is said."""
    beats: list[Beat] = []
    at, told = LEAD, iter(lengths)
    for place, scene in enumerate(board.scenes):
        for number, _ in enumerate(scene.sentences):
            end = at + next(told)
            until = end + (BETWEEN if number == len(scene.sentences) - 1 else PAUSE)
            beats.append(Beat(place, number, at, end, until))
            at = until
    return [*beats[:-1], beats[-1]._replace(until=beats[-1].end + TAIL)]


def silent_lengths(board: Storyboard) -> list[float]:
    """How long each sentence takes to read where it is not spoken."""
    return [len(sentence.text) / LETTERS_A_SECOND for sentence in board.sentences]


def moments(beats: Sequence[Beat], scene: int, rate: int = FRAMES_A_SECOND) -> Iterator[tuple[int, float]]:
    """(sentence, share of it that is said) for each frame of a scene."""
    mine = [beat for beat in beats if beat.scene == scene]
    first = 0.0 if scene == 0 else mine[0].start
    for frame in range(round(first * rate), round(mine[-1].until * rate)):
        now = frame / rate
        beat = next((beat for beat in mine if now < beat.until), mine[-1])
        yield beat.number, min(1.0, max(0.0, (now - beat.start) / (beat.end - beat.start)))
