"""What Ravine raises when the input is at fault: one line that says what to do instead."""

import difflib
from collections.abc import Iterable


class RavineError(ValueError):
    """Bad input. The message is one line; the command line prints it and exits with code 2."""


class UnknownNameError(RavineError, KeyError):
    """A name that does not exist."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would print it in quotes


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for a name that does not exist, with the nearest one that does."""
    names = sorted(known)
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"choose from: {', '.join(names)}"
    return UnknownNameError(f"unknown {kind} {name!r}; {hint}")


def install(extra: str) -> str:
    """The command that brings an extra. With the constraints: torch without them brings gigabytes of CUDA packages."""
    return f"pip install -c constraints.txt '.[{extra}]' in a clone of Ravine"
