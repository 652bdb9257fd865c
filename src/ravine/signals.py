"""Ctrl-C and SIGTERM, held back for the moment in which a process is started."""

import signal
import threading
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
    heard: list[int] = []
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    # The mask is this thread's: another may take the signal, and its handler would still be run in the main thread.
    main = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.signal(number, lambda of, frame: heard.append(of)) for number in ENDINGS if main}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for missed in heard:
            signal.raise_signal(missed)
