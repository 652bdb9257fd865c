"""A file that a teacher wrote: errors in it name the file and the line."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ravine.errors import RavineError, unknown


class SourceError(RavineError):
    """An error that names its file and line already."""


@dataclass(frozen=True)
class Source:
    path: Path

    def read(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RavineError(f"{self.path.name}: cannot be read: {error}") from None

    def error(self, line: int, message: object) -> SourceError:
        """The error to raise about `line`, counted from 1."""
        return SourceError(f"{self.path.name}, line {line}: {message}")

    def table(self, text: str, first: int) -> dict[str, Any]:
        """The table in `text`, which begins at line `first`, whatever its keys."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"\(at line (\d+)", str(error))
            line = first + int(at[1]) - 1 if at else first
            raise self.error(line, f"not TOML: {str(error).partition(' (at')[0]}") from None

    def toml(self, text: str, first: int, keys: Mapping[str, type], required: Collection[str]) -> dict[str, Any]:
        """The table in `text`, which begins at line `first`: its keys with the type of each, and those it must have."""
        table = self.table(text, first)
        for key, value in table.items():
            line = first + line_of(key, text)
            if key not in keys:
                raise self.error(line, unknown("key", key, keys))
            wanted: Any = int | float if keys[key] is float else keys[key]
            if not isinstance(value, wanted) or value in ("", []):
                raise self.error(line, f"{key} must be {_NAMES[keys[key]]}")
        for key in required:
            if key not in table:
                raise self.error(first, f"{key} is missing here: write {key} = {_EXAMPLES[keys[key]]}")
        return table


_NAMES: dict[type, str] = {
    str: "a text in quotes",
    list: 'a list such as ["sgd", "adam"]',
    int: "a whole number",
    float: "a number",
}
_EXAMPLES: dict[type, str] = {str: '"…"', list: '["…"]'}


def line_of(key: str, text: str) -> int:
    """The line of a TOML table, from 0, in which `key` is set."""
    for number, line in enumerate(text.splitlines()):
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 0
