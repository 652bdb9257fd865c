"""Threads that share an optimizer step one after the other. Nobody is left in the middle by a fork, or by the end."""

import atexit
import os
import sys
import threading
import time
import weakref
from typing import NoReturn

PATIENCE = 0.2  # seconds that the interpreter's end waits for threads to come to their next step

_turns: "weakref.WeakSet[Turn]" = weakref.WeakSet()
_stepping: set[int] = set()  # threads that have stepped, by their identifiers
_waiting: set[int] = set()  # those that wait for the end
_ended_by: int | None = None


class Turn:
    """A lock around a step. Once the interpreter ends, daemon threads wait at it for good.

    Python ends such a thread wherever it asks for the global lock next. Inside PyTorch, whose C++ cannot be left that
    way, it would abort the process; here it ends in peace.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        _turns.add(self)

    def __enter__(self) -> None:
        thread = threading.get_ident()
        if _ended_by is not None and thread != _ended_by:
            _wait_for_the_end(thread)
        _stepping.add(thread)
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def alone() -> bool:
    """Whether no other thread of Python's could let go of memory while a kernel works on it outside the global lock."""
    return len(sys._current_frames()) == 1


def _wait_for_the_end(thread: int) -> NoReturn:
    _waiting.add(thread)
    closed = threading.Lock()
    while True:
        closed.acquire()


def _end() -> None:
    """Lets daemon threads that step come to their next step, where they stay."""
    global _ended_by
    daemons = {thread.ident for thread in threading.enumerate() if thread.daemon} & _stepping
    if daemons:
        _ended_by = threading.get_ident()
        until = time.monotonic() + PATIENCE
        while daemons - _waiting and time.monotonic() < until:
            time.sleep(0.001)


def _after_fork() -> None:
    """A thread that the child does not have may have been in the middle of a step."""
    _stepping.clear()
    for turn in _turns:
        turn.lock = threading.RLock()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
