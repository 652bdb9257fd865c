"""A mapping of the definitions in a package: drop a file in, and what it defines takes part."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import ModuleType
from typing import Generic, Protocol, TypeVar

from ravine.errors import RavineError, unknown


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """Everything of class `kind` that the modules of `package` define, by name, in the order of the files."""

    def __init__(self, package: str, kind: type[T], called: str):
        self.package = package
        self.kind = kind
        self.called = called

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
