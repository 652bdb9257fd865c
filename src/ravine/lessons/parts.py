"""The course in parts, each a folder of lessons that a teacher can add to, in the order of the folders' numbers."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ravine.errors import RavineError, unknown
from ravine.lessons.lesson import Lesson, Page, read_lesson
from ravine.lessons.source import Source

COURSE = Path(__file__).parent / "course"
OWN = "own"  # the part of lessons that a user brings along
own_files: list[Path] = []  # see own.py


@dataclass(frozen=True)
class Part:
    """A part of the course, which can be taken by itself.

    name:  as in its address, lessons/index.html#NAME.
    title, summary: as text, from the folder's part.toml.
    """

    name: str
    title: str
    summary: str
    lessons: tuple[Lesson, ...] = field(repr=False)


@cache
def parts(folder: Path = COURSE) -> tuple[Part, ...]:
    """The parts of a course that have lessons, in order; a folder without any waits for them.

    Raises RavineError, with file and line, for what is malformed: an unknown rule, widget or key, a broken link, a name
    that two lessons share.
    """
    own = [_read_own()] if folder == COURSE and own_files else []  # first: what is wrong there is said at once
    found = [*(_course() if folder == COURSE else _read_all(folder)), *own]
    pages = {lesson.name: (lesson, page) for _, read in found for lesson, page in read}
    for _, read in found:
        for lesson, page in read:
            if pages[lesson.name] != (lesson, page):
                here, there = (_shown(each.source.path, folder) for each in (lesson, pages[lesson.name][0]))
                raise RavineError(f"{here}: {there} has the same name: change one")
            _check_links(page, pages)
    return tuple(part for part, _ in found if part.lessons)


def course(folder: Path = COURSE) -> tuple[Lesson, ...]:
    """Every lesson of the course, in order."""
    return tuple(lesson for part in parts(folder) for lesson in part.lessons)


def lesson(name: str) -> Lesson:
    """The lesson of that name, of Ravine's own course."""
    found = {lesson.name: lesson for lesson in course()}
    if name not in found:
        raise unknown("lesson", name, found)
    return found[name]


def part_of(lesson: Lesson) -> Part:
    """The part that a lesson of Ravine's own course belongs to."""
    return next(part for part in parts() if part.name == lesson.part)


@cache
def _course() -> list[tuple[Part, list[tuple[Lesson, Page]]]]:
    """Ravine's own parts, which stay what they are whatever a user brings along."""
    return _read_all(COURSE)


def _read_all(folder: Path) -> list[tuple[Part, list[tuple[Lesson, Page]]]]:
    return [_read(path.parent) for path in sorted(folder.glob("*/part.toml"))]


def _read(folder: Path) -> tuple[Part, list[tuple[Lesson, Page]]]:
    named = re.fullmatch(r"\d+-([a-z0-9-]+)", folder.name)
    if named is None:
        raise RavineError(f"{folder.name}: a part's folder is named as in 1-optimizers")
    source = Source(folder / "part.toml")
    facts = source.toml(source.read(), 1, {"title": str, "summary": str}, ("title", "summary"))
    read = [read_lesson(path, named[1]) for path in sorted(folder.glob("*.md"))]
    for number, (lesson, _) in enumerate(read, start=1):
        if lesson.number != number:
            raise RavineError(
                f"{lesson.source.path.name}: the lessons of a part are numbered 01, 02, …; this is number {number}"
            )
    return Part(named[1], facts["title"], facts["summary"], tuple(lesson for lesson, _ in read)), read


def _read_own() -> tuple[Part, list[tuple[Lesson, Page]]]:
    read = [read_lesson(path, OWN, number) for number, path in enumerate(own_files, start=1)]
    return Part(OWN, "Lessons of your own", "", tuple(lesson for lesson, _ in read)), read


def _shown(path: Path, folder: Path) -> Path:
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _check_links(page: Page, pages: dict[str, tuple[Lesson, Page]]) -> None:
    for link in page.links:
        if link.lesson not in pages:
            raise page.error(link.line, unknown("lesson", link.lesson, pages))
        target = pages[link.lesson][0]
        there = target.source.path
        # A lesson of one's own may stand anywhere: it links to files by their names.
        own = page.source.path in own_files
        named = there.parent / Path(link.file).name if own else page.source.path.parent / link.file
        if link.file and named.resolve() != there.resolve():
            raise page.error(link.line, f"{link.file} is not where {link.lesson} stands: {there.name}")
        if link.anchor and link.anchor not in target.sections:
            raise page.error(link.line, unknown(f"section of {link.lesson}", link.anchor, target.sections))
