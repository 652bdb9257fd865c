"""The scripts of the course's videos: what is drawn, what is said, and the question that each ends on.

A script is one Markdown file of `videos/`: front matter, then for each scene a block of TOML, ```scene KIND, and below
it what is said, a sentence a line; `[step 40]` before one says what the picture has come to by its end. Last stands a
widget, as in a lesson, in which the question is answered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ravine.errors import unknown
from ravine.lessons.blocks import WidgetUse
from ravine.lessons.lesson import Page
from ravine.lessons.parts import COURSE
from ravine.lessons.source import Source
from ravine.storyboard import Scene, Sentence, Storyboard

SCRIPTS = Path(__file__).parent / "videos"
_FENCE = re.compile(r"^```(\w+) (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Script:
    """A video of the course.

    summary: as text. parts: of the course that it opens, by name.
    question: HTML of the widget at its end, for a page in a folder of the site's root. widget: its use of the picture.
    """

    board: Storyboard
    summary: str
    parts: tuple[str, ...]
    question: str = field(repr=False)
    widget: WidgetUse = field(repr=False)
    source: Source = field(repr=False)


@cache
def scripts(folder: Path = SCRIPTS) -> tuple[Script, ...]:
    """Every video of the course, in order. Raises RavineError, with file and line, for what is malformed."""
    return tuple(read_script(path) for path in sorted(folder.glob("*.md")))


def read_script(path: Path) -> Script:
    source = Source(path)
    text = source.read()
    head = re.match(r"\+\+\+\n(.*?\n)\+\+\+\n", text, re.DOTALL)
    if head is None:
        raise source.error(
            1, "a script begins with its front matter: title, summary and parts between two lines of +++"
        )
    keys = {"title": str, "summary": str, "parts": list}
    facts = source.toml(head[1], 2, keys, keys)
    known = [folder.name.partition("-")[2] for folder in sorted(COURSE.iterdir()) if folder.is_dir()]
    for part in facts["parts"]:
        if part not in known:
            raise source.error(2, unknown("part", str(part), known))
    name = path.stem.partition("-")[2]
    page = Page(source, name, 1)
    blocks = list(_FENCE.finditer(text))
    if not blocks or [block[1] for block in blocks] != ["scene"] * (len(blocks) - 1) + ["widget"]:
        raise source.error(
            1, "a script holds blocks ```scene KIND, and a ```widget KIND, with the question, at its end"
        )
    ends = [block.start() for block in blocks[1:]]
    scenes = tuple(
        _scene(source, facts["title"], text, block, text[block.end() : end])
        for block, end in zip(blocks[:-1], ends, strict=True)
    )
    last = blocks[-1]
    question = page.block(text[: last.start()].count("\n"), f"widget {last[2]}", last[3])
    board = Storyboard(name, facts["title"], scenes)
    return Script(board, facts["summary"], tuple(facts["parts"]), question, page.widgets[0], source)


def _scene(source: Source, title: str, text: str, block: re.Match[str], said: str) -> Scene:
    line = text[: block.start()].count("\n") + 1
    sentences = tuple(_said(said))
    if not sentences:
        raise source.error(line, "nothing is said over this scene: write a sentence below it")
    return Scene(block[2], {"title": title, **source.table(block[3], line + 1)}, sentences)


def _said(text: str) -> Iterator[Sentence]:
    for line in filter(None, map(str.strip, text.splitlines())):
        shown = re.match(r"\[([^\]]*)\]\s*", line)
        yield Sentence(line[shown.end() :] if shown else line, shown[1] if shown else "")
