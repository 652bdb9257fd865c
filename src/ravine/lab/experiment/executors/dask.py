"""The workers of a Dask cluster. A worker that dies is replaced by Dask, which hands its chunk to another."""

import warnings
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any

from ravine.errors import RavineError, install
from ravine.lab.experiment.executors.work import Chunk, train
from ravine.lab.experiment.executors.workers import Workers
from ravine.lab.store.run import Run

PATIENCE = 20  # seconds to wait for the scheduler, and for its first worker


class Dask(Workers):
    """The cluster whose scheduler is at `address`, such as tcp://10.0.0.1:8786. One thread a worker is best."""

    def __init__(self, address: str):
        try:
            from distributed import Client
            from distributed.scheduler import KilledWorker
        except ModuleNotFoundError:
            raise RavineError(f"--dask needs Dask: {install('dask')}") from None
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise RavineError(f"no Dask workers at {address}: {str(error).splitlines()[0]}") from None
        self.lost = (KilledWorker, CancelledError)
        threads = sum(self._client.nthreads().values())
        self.at_once, self.name = 2 * threads, f"{threads} threads of Dask workers"
        self._executor = self._client.get_executor()

    def share(self, work: bytes) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            return self._client.submit(bytes, work, pure=False)  # not scattered: that is lost with its last worker

    def submit(self, work: Any, chunk: Chunk, heard: Callable[[], None]) -> "Future[list[Run]]":
        future: Future[list[Run]] = self._executor.submit(train, work, chunk)
        return future

    def stop(self) -> None:
        self._executor.shutdown(wait=False)
        self._client.close()
