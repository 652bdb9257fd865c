"""A lesson as data, read from one Markdown file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ravine.errors import RavineError, unknown
from ravine.lessons import blocks
from ravine.lessons.blocks import Exercise, WidgetUse
from ravine.lessons.markdown import reader
from ravine.lessons.references import KINDS, references
from ravine.lessons.source import Source, line_of
from ravine.lessons.widget_state import read
from ravine.rules import rules

PAGES = ("index", "playground", "stream", "network", "review", "quiz", "references")


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    name:     as in its address, lessons/NAME.html.
    part, number: the name of its part of the course, and its place there, from 1.
    title, summary: as text.
    rules:    names of the rules that it is about, if any; the first is its main one.
    html:     the body, without the title; links are those of a page in lessons/.
    sections: anchor → title, in order; a quiz links to them.
    widgets:  in order; each asks the site for the still picture that it names.
    exercises: what its figures ask the learner to predict or to do, in order.
    source:   the file.
    """

    name: str
    part: str
    number: int
    title: str
    summary: str
    rules: tuple[str, ...]
    html: str = field(repr=False)
    sections: Mapping[str, str]
    widgets: tuple[WidgetUse, ...] = field(repr=False)
    exercises: tuple[Exercise, ...] = field(repr=False)
    source: Source = field(repr=False)

    @property
    def tasks(self) -> int:
        """How many of its tasks the page can tick off."""
        return sum(use.done is not None for use in self.widgets)


class Link(NamedTuple):
    """A link to a lesson, to be checked once all are read; `file` is "" for a link within the lesson itself."""

    line: int
    lesson: str
    file: str
    anchor: str


class Page:
    """What is found while a lesson's text is read."""

    def __init__(self, source: Source, name: str, first: int):
        self.source = source
        self.name = name
        self.first = first  # the file's line in which the text begins
        self.sections: dict[str, str] = {}
        self.widgets: list[WidgetUse] = []
        self.exercises: list[Exercise] = []
        self.links: list[Link] = []

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
        """The address on the site. Files are linked as files (02-momentum.md#anchor), pages as ../review.html.

        A lesson of another part: ../1-optimizers/02-momentum.md.
        """
        if target.startswith("https://"):
            return target
        path, _, fragment = target.partition("#")
        if page := re.fullmatch(r"\.\./(\w+)\.html", path):
            if page[1] not in PAGES:
                raise self.error(line, unknown("page", page[1], PAGES))
            if page[1] in ("playground", "stream", "network"):
                self.checked_state(line, page[1], fragment)
            if page[1] == "references" and fragment not in ("", *KINDS, *references()):
                raise self.error(line, unknown("reference", fragment, references()))
            return target
        lesson = re.fullmatch(r"(?:(?:\.\./\d+-[a-z0-9-]+/)?\d+-([a-z0-9-]+)\.md)?", path)
        if lesson is None:
            raise self.error(
                line, f"a link goes to https://…, #section, 02-momentum.md#section or ../review.html, not to {target}"
            )
        self.links.append(Link(line, lesson[1] or self.name, path, fragment))
        return (f"{lesson[1]}.html" if lesson[1] else "") + (f"#{fragment}" if fragment else "")

    def checked_state(self, line: int, kind: str, query: str) -> None:
        try:
            read(kind, query)
        except RavineError as error:
            raise self.error(line, error) from None

    def block(self, line: int, info: str, body: str) -> str:
        return blocks.write(self, line, info, body)


def read_lesson(path: Path, part: str, number: int | None = None) -> tuple[Lesson, Page]:
    """The lesson in a file, and its page, whose links are to be checked against the other lessons.

    number: its place in the part, where the file's name need not say it.
    """
    source = Source(path)
    named = re.fullmatch(r"(?:(\d+)-)?([a-z][a-z0-9-]*)", path.stem)
    if path.suffix != ".md" or named is None or (named[1] is None and number is None):
        example = "02-momentum.md" if number is None else "my-rule.md, in small letters"
        raise RavineError(f"{path.name}: a lesson's file is named as in {example}")
    text = source.read()
    match = re.match(r"\+\+\+\n(.*?\n)\+\+\+\n", text, re.DOTALL)
    if match is None:
        raise source.error(1, "a lesson begins with its front matter: title and summary between two lines of +++")
    keys = {"title": str, "summary": str, "rules": list}
    facts = source.toml(match[1], 2, keys, ("title", "summary"))
    about = tuple(facts.get("rules", ()))
    for rule in about:
        if rule not in rules:
            raise source.error(2 + line_of("rules", match[1]), unknown("rule", str(rule), rules))
    page = Page(source, named[2], 1 + match[0].count("\n"))
    written = reader().render(text[match.end() :], {"page": page})
    lesson = Lesson(
        named[2], part, number or int(named[1]), facts["title"], facts["summary"], about,
        written, page.sections, tuple(page.widgets), tuple(page.exercises), source,
    )  # fmt: skip
    return lesson, page
