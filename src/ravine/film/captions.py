"""Captions: what is said, in pieces of two lines at most, each with its time; and as a WebVTT file."""

import html
import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ravine.errors import RavineError

LINE, LINES = 42, 2  # letters to a line, and lines to a caption


class Cue(NamedTuple):
    """start, end: in seconds. text: one or two lines."""

    start: float
    end: float
    text: str


def cues(spoken: Sequence[tuple[str, float, float]]) -> list[Cue]:
    """The captions of sentences, each with the seconds from which and to which it is said.

    A longer sentence is shown in pieces, whose share of its time is their share of its letters.
    """
    found = []
    for text, start, end in spoken:
        pieces = list(_pieces(text))
        letters = sum(len(piece) for piece in pieces)
        at = 0
        for piece in pieces:
            first, last = (start + (end - start) * share / letters for share in (at, at + len(piece)))
            found.append(Cue(first, last, "\n".join(_wrapped(piece))))
            at += len(piece)
    return found


def webvtt(captions: Sequence[Cue]) -> str:
    """The file that `<track>` reads (W3C, WebVTT)."""
    blocks = (f"{_clock(cue.start)} --> {_clock(cue.end)}\n{_escaped(cue.text)}\n" for cue in captions)
    return "\n".join(["WEBVTT\n", *blocks])


def read_webvtt(text: str) -> list[Cue]:
    """The captions of a file that `webvtt` wrote. RavineError where it is none."""
    if not text.startswith("WEBVTT"):
        raise RavineError("these are no captions: a WebVTT file begins with WEBVTT")
    return [
        Cue(_seconds(first), _seconds(last), html.unescape(said.strip()))
        for first, last, said in re.findall(r"^(\S+) --> (\S+)\n(.+?)\n(?:\n|\Z)", text, re.MULTILINE | re.DOTALL)
    ]


def _pieces(text: str) -> Iterator[str]:
    """The sentence in parts that fit, as few as can be, about alike, and cut where it pauses if that is near."""
    count = 1
    while True:
        parts = _cut(text, count)
        if all(len(_wrapped(part)) <= LINES for part in parts):
            yield from parts
            return
        count += 1


def _cut(text: str, count: int) -> list[str]:
    words, parts = text.split(), []
    for left in range(count, 1, -1):
        target = len(" ".join(words)) / left

        def badness(at: int, target: float = target, words: list[str] = words) -> float:
            pause = words[at - 1][-1] in ".?!:;,"
            return abs(len(" ".join(words[:at])) - target) - (14 if pause else 0)

        if len(words) < 2:
            break
        at = min(range(1, len(words)), key=badness)
        parts.append(" ".join(words[:at]))
        words = words[at:]
    return [*parts, " ".join(words)]


def _wrapped(piece: str) -> list[str]:
    """In lines about alike."""
    lines = textwrap.wrap(piece, LINE, break_long_words=False, break_on_hyphens=False)
    for width in range(math.ceil(len(piece) / max(len(lines), 1)), LINE):
        narrower = textwrap.wrap(piece, width, break_long_words=False, break_on_hyphens=False)
        if len(narrower) == len(lines):
            return narrower
    return lines


def _clock(seconds: float) -> str:
    thousandths = round(1000 * seconds)
    minutes, thousandths = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{thousandths // 1000:02}.{thousandths % 1000:03}"


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
