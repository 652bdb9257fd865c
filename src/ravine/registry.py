"""A mapping of the definitions in a package: drop a file in, and what it defines takes part.

One of one's own is a file that is named where a person names a definition: `qhm.py`, or `mine.py:qhm` where a
file defines several.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Generic, Protocol, TypeVar

from ravine.errors import RavineError, unknown
from ravine.source_file import is_file, run_file

_HOW = "write its equation as a function under @{}, as CONTRIBUTING.md shows"
_IN_A_FILE = re.compile(r"(?P<path>.+\.py)(:(?P<name>\w+))?")


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """Everything of class `kind` that the modules of `package` define, by name, in the order of the files.

    called, example: what a person calls one of them, and the name of one.
    """

    def __init__(self, package: str, kind: type[T], called: str, example: str = ""):
        self.package = package
        self.kind = kind
        self.called = called
        self.example = example
        self._own: dict[tuple[Path, int], dict[str, T]] = {}

    @cached_property
    def _entries(self) -> dict[str, T]:
        entries: dict[str, T] = {}
        path = importlib.import_module(self.package).__path__
        for module in sorted(info.name for info in pkgutil.iter_modules(path)):
            for value in vars(self._module(f"{self.package}.{module}")).values():
                # A definition that another file imports is there twice, and the same.
                if isinstance(value, self.kind) and entries.setdefault(value.name, value) is not value:
                    raise RavineError(f"two files of {self.package} define {value.name!r}; one is {module}.py")
        return entries

    def _module(self, name: str) -> ModuleType:
        try:
            return importlib.import_module(name)
        except SyntaxError as error:
            raise RavineError(f"{error.filename}, line {error.lineno}: {error.msg}") from None

    def find(self, wanted: object) -> T:
        """A definition, the one of that name, or that of a file, which is run: not for names from the web.

        Raises RavineError for what goes wrong in the file, with the line; for a file that defines none; and for one
        that defines several, where no name follows.
        """
        if isinstance(wanted, self.kind):
            return wanted
        if not isinstance(wanted, str):
            said = getattr(wanted, "__name__", repr(wanted))
            like = f"such as {self.example!r}, or write one under @ravine.{self.called}"
            raise RavineError(f"{said} is no {self.called}: name one, {like}")
        if match := _IN_A_FILE.fullmatch(wanted):
            return self._in_a_file(Path(match["path"]), match["name"])
        if wanted not in self and is_file(Path(f"{wanted}.py")):
            raise RavineError(f"unknown {self.called} {wanted!r}; to take it from the file here, say {wanted}.py")
        return self[wanted]

    @staticmethod
    def in_a_file(wanted: str) -> bool:
        """Whether the text names a file."""
        return _IN_A_FILE.fullmatch(wanted) is not None

    def _in_a_file(self, path: Path, name: str | None) -> T:
        """The file is run once, and again once it has changed."""
        written = path.stat().st_mtime_ns if is_file(path) else 0
        if (path, written) not in self._own:
            module = run_file(path, f"{self.called}_{path.stem}")
            defined = {value.name: value for value in vars(module).values() if isinstance(value, self.kind)}
            ours = [value for value in defined.values() if not any(value is known for known in self.values())]
            if not ours:
                raise RavineError(f"{path} defines no {self.called}: {_HOW.format(self.called)}")
            self._own[path, written] = {value.name: self._of_ones_own(value) for value in ours}
        found = self._own[path, written]
        if name is None and len(found) > 1:
            raise RavineError(
                f"{path} defines {len(found)} {self.called}s; choose one, as in {path}:{next(iter(found))}"
            )
        name = name or next(iter(found))
        if name not in found:
            raise RavineError(f"{path} defines no {self.called} {name!r}; it has {', '.join(found)}")
        return found[name]

    def _of_ones_own(self, definition: T) -> T:
        """What a definition in a file of one's own is taken as: the main form of its own family."""
        return definition

    def __getitem__(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            raise unknown(self.called, name, self._entries) from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
