"""Takes a user's function or object apart, down to what decides what it does, so that it can be compared.

One's own code is followed: a function into its instructions, defaults, closure and the globals that it reads; a class
into its bases and its body; an object into its state. Ravine, PyTorch, the standard library and installed packages are
no one's own: their functions and classes stand under their names. Comments, layout, names of files, lines and addresses
in memory are not looked at.
"""

import copyreg
import dis
import hashlib
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor

ATOMS = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented), range)
ABOUT = ("__annotations__", "__dict__", "__doc__", "__firstlineno__", "__module__", "__qualname__", "__weakref__")
INSTALLED = {"site-packages", "dist-packages"}


def dissect(thing: Any) -> str:
    """Text that is another for things that act otherwise, as far as Python can tell, and the same in every process.

    What is compiled or cannot be pickled stands under the name of its type. Instructions are those of this version of
    Python, so another version gives other text.
    """
    return "\n".join(_Dissection().lines(thing))


def is_own(module: str | None) -> bool:
    """Whether code of the module of this name is one's own: in no package that is installed or comes with Python."""
    top = (module or "").partition(".")[0]
    if top in ("ravine", "torch") or top in sys.stdlib_module_names:
        return False
    file = getattr(sys.modules.get(module or ""), "__file__", None)
    return file is None or not INSTALLED & set(Path(file).parts)


class _Dissection:
    """What has been met so far stands under its number, so that things may hold each other."""

    def __init__(self) -> None:
        self.met: dict[int, tuple[int, Any]] = {}  # with the thing itself: the address of one that is gone is reused

    def lines(self, thing: Any) -> Iterator[str]:
        if isinstance(thing, ATOMS):
            yield f"{type(thing).__name__} {thing!r}"
        elif type(thing) is tuple:
            yield from self._each("tuple", thing)
        elif type(thing) in (set, frozenset):
            yield from self._each("set", sorted(dissect(one) for one in thing))  # their order is by chance
        elif id(thing) in self.met:
            yield f"again {self.met[id(thing)][0]}"
        else:
            self.met[id(thing)] = len(self.met), thing
            yield from self._parts(thing)

    def _parts(self, thing: Any) -> Iterator[str]:
        if isinstance(thing, Tensor | np.ndarray) and (content := _content(thing)) is not None:
            yield content
        elif isinstance(thing, CodeType):
            yield from self._code(thing)
        elif isinstance(thing, FunctionType):
            yield from self._function(thing)
        elif isinstance(thing, type):
            yield from self._class(thing)
        elif isinstance(thing, ModuleType):
            yield f"module {thing.__name__}"
        elif isinstance(thing, MethodType):
            yield from self._each("method", (thing.__func__, thing.__self__))
        elif isinstance(thing, BuiltinFunctionType):
            yield from self._each(f"built in {thing.__qualname__}", (thing.__self__,))
        elif isinstance(thing, partial):
            yield from self._each("partial", (thing.func, thing.args, thing.keywords))
        elif isinstance(thing, staticmethod | classmethod):
            yield from self._each(type(thing).__name__, (thing.__func__,))
        elif isinstance(thing, property):
            yield from self._each("property", (thing.fget, thing.fset, thing.fdel))
        elif type(thing) is list:
            yield from self._each("list", thing)
        elif type(thing) is dict:
            yield from self._each("dict", thing.items())
        else:
            yield from self._object(thing)

    def _each(self, what: str, parts: Any) -> Iterator[str]:
        yield f"({what}"
        for part in parts:
            yield from self.lines(part)
        yield ")"

    def _function(self, function: FunctionType) -> Iterator[str]:
        """Of a library's function, what a user has put into it: a decorator's wrapper holds the wrapped function."""
        cells = [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
        if not is_own(function.__globals__.get("__name__")):
            yield from self._each(f"function {function.__module__}.{function.__qualname__}", cells)
            return
        held = (function.__code__, function.__defaults__, function.__kwdefaults__, cells, vars(function))
        yield from self._each("function", held)
        read, mentioned, imported = _names(function.__code__)
        for name in sorted(read & function.__globals__.keys()):
            yield f"global {name}"
            yield from self._global(function.__globals__[name], mentioned)
        for name in sorted(imported & sys.modules.keys()):
            yield from self._global(sys.modules[name], mentioned)

    def _global(self, value: Any, mentioned: set[str]) -> Iterator[str]:
        """Of a module of one's own, only what the code may name in it."""
        if not isinstance(value, ModuleType) or not is_own(value.__name__):
            yield from self.lines(value)
            return
        for name in sorted(mentioned & vars(value).keys()):
            yield f"{name} of a module"
            if (one := vars(value)[name]) is not value:
                yield from self._global(one, mentioned - {name})

    def _code(self, code: CodeType) -> Iterator[str]:
        yield f"(code {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount} {code.co_flags & 0x2C}"
        yield f"{code.co_varnames} {code.co_exceptiontable!r}"
        steps = list(dis.get_instructions(code))
        for step, after in zip(steps, [*steps[1:], None], strict=True):
            if after is not None and after.opname == "STORE_NAME" and after.argval in ABOUT:
                continue  # where a class stands, and its docstring
            yield step.opname
            yield from self.lines(step.argval)
        yield ")"

    def _class(self, kind: type) -> Iterator[str]:
        if not is_own(kind.__module__):
            yield f"class {kind.__module__}.{kind.__qualname__}"
            return
        body = {name: value for name, value in vars(kind).items() if name not in ABOUT and not _told(name, value)}
        yield from self._each("class", (kind.__bases__, type(kind), sorted(body)))
        for name in sorted(body):
            yield name
            yield from self.lines(body[name])

    def _object(self, thing: Any) -> Iterator[str]:
        """As it would be pickled; where it cannot be, its attributes."""
        if wrapped := getattr(thing, "__wrapped__", None):  # by functools.cache, which is compiled
            yield from self.lines(wrapped)
        reduce = copyreg.dispatch_table.get(type(thing))
        try:
            reduced = reduce(thing) if reduce else thing.__reduce_ex__(2)
        except Exception:  # whatever a class says to that
            reduced = (type(thing), vars(thing) if hasattr(thing, "__dict__") else None)
        if isinstance(reduced, str):
            yield f"{type(thing).__module__}.{reduced}"
            return
        parts = [list(part) if isinstance(part, Iterator) else part for part in reduced]
        yield from self._each("object", parts)


def _names(code: CodeType) -> tuple[set[str], set[str], set[str]]:
    """Of the code and of functions in it: the globals that it reads, all names (also attributes'), modules imported."""
    read, imported = set(), set()
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            read.add(step.argval)
        elif step.opname == "IMPORT_NAME":
            imported.add(step.argval)
    names = read, set(code.co_names), imported
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            for mine, more in zip(names, _names(inner), strict=True):
                mine |= more
    return names


def _content(array: "Tensor | np.ndarray[Any, Any]") -> str | None:
    """Type, shape and numbers; None where they do not lie in memory one after the other."""
    if isinstance(array, np.ndarray):
        return None if array.dtype.hasobject else f"array {array.dtype} {array.shape} {_checksum(array)}"
    try:
        raw = array.detach().cpu().contiguous().flatten().view(torch.uint8)
    except (RuntimeError, NotImplementedError):  # sparse, quantised, without content
        return None
    return f"tensor {array.dtype} {tuple(array.shape)} {_checksum(raw.numpy())}"


def _checksum(array: "np.ndarray[Any, Any]") -> str:
    return hashlib.sha256(array.tobytes()).hexdigest()


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - it raises where the name has no value yet
    except ValueError:
        return False
    return True


def _told(name: str, value: Any) -> bool:
    """Whether Python keeps this of a class for its own use, and what it says stands elsewhere."""
    dunder = name.startswith("__") and name.endswith("__")
    return dunder and not isinstance(value, FunctionType | staticmethod | classmethod | property | partial)
