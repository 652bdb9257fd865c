"""Lessons that a user brings along: files anywhere, which become the last part of the course."""

from collections.abc import Iterable
from pathlib import Path

from ravine.lessons.parts import own_files, parts
from ravine.lessons.quiz_file import quizzes


def include(files: Iterable[Path]) -> None:
    """Takes the lessons of the files into the course, with the quiz beside each (NAME.quiz.toml), if there is one.

    Raises RavineError, with file and line, for what is malformed, and leaves the course as it was.
    """
    before = list(own_files)
    own_files.extend(path.absolute() for path in files)
    _forget()
    try:
        quizzes()  # which reads the lessons, too
    except BaseException:
        own_files[:] = before
        _forget()
        raise


def _forget() -> None:
    parts.cache_clear()
    quizzes.cache_clear()
