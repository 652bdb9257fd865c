"""Ctrl-C and SIGTERM, held back for the moment in which a process is started."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

ENDINGS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def signals_held() -> Iterator[None]:
    """This process hears Ctrl-C and SIGTERM when the block has ended; one that the block starts never hears them.

    So whoever starts a process has it in hand before an exception can come, and it is he who ends it: a terminal sends
    Ctrl-C to all.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
