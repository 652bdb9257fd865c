"""A mapping of the definitions in a package: drop a file in, and what it defines takes part."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from ravine.errors import unknown


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
            for value in vars(importlib.import_module(f"{self.package}.{module}")).values():
                if isinstance(value, self.kind):
                    entries.setdefault(value.name, value)
        return entries

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
