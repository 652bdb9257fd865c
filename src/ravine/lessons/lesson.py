"""The course as data: each lesson is a Markdown file that a teacher can add, and the course is their order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ravine.errors import RavineError, unknown
from ravine.lessons import blocks
from ravine.lessons.blocks import WidgetUse
from ravine.lessons.markdown import reader
from ravine.lessons.source import Source, line_of
from ravine.lessons.state import read
from ravine.rules import rules

COURSE = Path(__file__).parent / "course"
PAGES = ("index", "playground", "stream", "review", "quiz")


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    name:     as in its address, lessons/NAME.html. number: its place in the course, from 1.
    title, summary: as text.
    rules:    names of the rules that it is about; the first is its main one.
    html:     the body, without the title; links are those of a page in lessons/.
    sections: anchor → title, in order; a quiz links to them.
    widgets:  in order; each asks the site for the still picture that it names.
    source:   the file.
    """

    name: str
    number: int
    title: str
    summary: str
    rules: tuple[str, ...]
    html: str = field(repr=False)
    sections: Mapping[str, str]
    widgets: tuple[WidgetUse, ...] = field(repr=False)
    source: Source = field(repr=False)


class Page:
    """What is found while a lesson's text is read."""

    def __init__(self, source: Source, name: str, first: int):
        self.source = source
        self.name = name
        self.first = first  # the file's line in which the text begins
        self.sections: dict[str, str] = {}
        self.widgets: list[WidgetUse] = []
        self.links: list[tuple[int, str, str]] = []  # line, lesson ("" for this one), anchor

    def error(self, line: int, message: object) -> RavineError:
        return self.source.error(self.first + line, message)

    def table(self, line: int, text: str, keys: Mapping[str, type], required: tuple[str, ...]) -> dict[str, Any]:
        """A block's TOML; `line` is that of its fence."""
        return self.source.toml(text, self.first + line + 1, keys, required)

    def anchor(self, line: int, anchor: str, title: str) -> str:
        if anchor in self.sections:
            raise self.error(
                line, f"two sections have the anchor {anchor!r}: give one its own, as in ## Title {{#name}}"
            )
        self.sections[anchor] = title
        return anchor

    def link(self, line: int, target: str) -> str:
        """The address on the site. Files are linked as files (02-momentum.md#anchor), pages as ../review.html."""
        if target.startswith("https://"):
            return target
        path, _, fragment = target.partition("#")
        if page := re.fullmatch(r"\.\./(\w+)\.html", path):
            if page[1] not in PAGES:
                raise self.error(line, unknown("page", page[1], PAGES))
            if page[1] in ("playground", "stream"):
                self.checked_state(line, fragment)
            return target
        lesson = re.fullmatch(r"(\d+-([a-z0-9-]+)\.md)?", path)
        if lesson is None:
            raise self.error(
                line, f"a link goes to https://…, #section, 02-momentum.md#section or ../review.html, not to {target}"
            )
        self.links.append((line, lesson[2] or self.name, fragment))
        return (f"{lesson[2]}.html" if lesson[2] else "") + (f"#{fragment}" if fragment else "")

    def checked_state(self, line: int, query: str) -> None:
        try:
            read(query)
        except RavineError as error:
            raise self.error(line, error) from None

    def block(self, line: int, info: str, body: str) -> str:
        return blocks.write(self, line, info, body)


@cache
def course(folder: Path = COURSE) -> tuple[Lesson, ...]:
    """The lessons of a folder, in the order of their files' numbers.

    Raises RavineError, with file and line, for what is malformed: an unknown rule, widget or key, a broken link.
    """
    lessons = [_read(path) for path in sorted(folder.glob("*.md"))]
    pages = {lesson.name: lesson for lesson, _ in lessons}
    for number, (lesson, page) in enumerate(lessons, start=1):
        if lesson.number != number:
            raise RavineError(f"{lesson.source.path.name}: lessons are numbered 01, 02, …; this is number {number}")
        for line, name, anchor in page.links:
            if name not in pages:
                raise page.error(line, unknown("lesson", name, pages))
            if anchor and anchor not in pages[name].sections:
                raise page.error(line, unknown(f"section of {name}", anchor, pages[name].sections))
    return tuple(lesson for lesson, _ in lessons)


def lesson(name: str) -> Lesson:
    """The lesson of that name, of Ravine's own course."""
    found = {lesson.name: lesson for lesson in course()}
    if name not in found:
        raise unknown("lesson", name, found)
    return found[name]


def _read(path: Path) -> tuple[Lesson, Page]:
    source = Source(path)
    named = re.fullmatch(r"(\d+)-([a-z0-9-]+)", path.stem)
    if named is None:
        raise RavineError(f"{path.name}: a lesson's file is named as in 02-momentum.md")
    text = source.read()
    match = re.match(r"\+\+\+\n(.*?\n)\+\+\+\n", text, re.DOTALL)
    if match is None:
        raise source.error(
            1, "a lesson begins with its front matter: title, summary and rules between two lines of +++"
        )
    keys = {"title": str, "summary": str, "rules": list}
    facts = source.toml(match[1], 2, keys, ("title", "summary", "rules"))
    for rule in facts["rules"]:
        if rule not in rules:
            raise source.error(2 + line_of("rules", match[1]), unknown("rule", str(rule), rules))
    page = Page(source, named[2], 1 + match[0].count("\n"))
    written = reader().render(text[match.end() :], {"page": page})
    lesson = Lesson(
        named[2], int(named[1]), facts["title"], facts["summary"], tuple(facts["rules"]),
        written, page.sections, tuple(page.widgets), source,
    )  # fmt: skip
    return lesson, page
