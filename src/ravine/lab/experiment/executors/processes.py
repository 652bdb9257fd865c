"""Processes on this machine, of one thread each. They end with this one, however it ends."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ravine.files import scratch
from ravine.lab.experiment.executors.work import Chunk, calibrated, train
from ravine.lab.experiment.executors.workers import Workers
from ravine.lab.store.run import Run

if TYPE_CHECKING:  # with torch
    from ravine.lab.engine import Calibration


def cores() -> int:
    """How many this process may use: an affinity mask or a container's limit counts."""
    import loky  # comes with the extra, as torch does

    return int(loky.cpu_count())


class Processes(Workers):
    """`count` processes. loky's, since they need no `if __name__ == "__main__"` in a user's script.

    Each writes how far it is into a slot of a file that all have mapped: there is no queue or lock for a process that
    is killed to leave in disorder.
    """

    def __init__(self, count: int):
        self.count, self.at_once, self.name = count, count, f"{count} processes"
        self._files = ExitStack()
        self._file = self._files.enter_context(scratch("ravine-steps.bin"))
        self._steps: NDArray[np.int64] = np.memmap(self._file, np.int64, "w+", shape=(count,))
        self._out: list[Future[list[Run]] | None] = [None] * count
        self._pool = self._started()

    def _started(self) -> Any:
        import loky

        resource_tracker.ensure_running()  # else its start would let interrupts through to the processes after it
        return loky.ProcessPoolExecutor(
            self.count, initializer=_begin, initargs=(os.getpid(),), env={"OMP_NUM_THREADS": "1"}
        )

    def submit(self, work: Any, chunk: Chunk, heard: Callable[[], None]) -> "Future[list[Run]]":
        slot = next(slot for slot, of in enumerate(self._out) if of is None or of.done())
        self._steps[slot] = 0
        with _interrupts_wait():
            future: Future[list[Run]] = self._pool.submit(_train, work, chunk, str(self._file), self.count, slot)
        self._out[slot] = future
        return future

    def calibrations(self, work: bytes) -> "list[Calibration]":
        with _interrupts_wait():
            futures = [self._pool.submit(calibrated, work) for _ in range(self.count)]
        try:
            return [future.result() for future in futures]
        except self.lost:  # training will find out why, and tell
            self.renew()
            return []

    def under_way(self) -> int:
        return sum(int(self._steps[slot]) for slot, of in enumerate(self._out) if of is not None and not of.done())

    def renew(self) -> bool:
        self._end()
        self._out = [None] * self.count
        self._pool = self._started()
        return True

    def stop(self) -> None:
        self._end()
        self._files.close()

    def _end(self) -> None:
        log = logging.getLogger("concurrent.futures")  # loky's: its thread prints how it misses workers that are killed
        before = log.level
        log.setLevel(logging.CRITICAL + 1)
        self._pool.shutdown(wait=True, kill_workers=True)
        log.setLevel(before)


def _train(work: bytes, chunk: Chunk, file: str, slots: int, slot: int) -> list[Run]:
    steps = np.memmap(file, np.int64, "r+", shape=(slots,))

    def on_steps(more: int) -> None:
        steps[slot] += more

    return train(work, chunk, on_steps)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Processes started meanwhile never hear Ctrl-C, which the terminal sends to all; this one hears it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(parent: int) -> None:
    """In a new process: end when the parent does, even if that was killed and could tell nobody."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    if os.name == "posix":
        threading.Thread(target=watch, daemon=True).start()
