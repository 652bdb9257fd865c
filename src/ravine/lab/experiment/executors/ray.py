"""The workers of a Ray cluster. A worker that dies is replaced by Ray, which hands its chunk to another."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from ravine.errors import RavineError, install
from ravine.lab.experiment.executors.work import Chunk, attempt, runs_of
from ravine.lab.experiment.executors.workers import Workers
from ravine.lab.store.run import Run


class Ray(Workers):
    """The cluster that RAY_ADDRESS names, or else one that is started on this machine for as long as this lasts."""

    def __init__(self) -> None:
        try:
            import ray
        except ModuleNotFoundError:
            raise RavineError(f"--ray needs Ray: {install('ray')}") from None
        self._ray = ray
        self._began = not ray.is_initialized()
        if self._began:
            try:
                ray.init(include_dashboard=False, log_to_driver=False, logging_level="error")
            except Exception as error:  # of whatever kind: what can go wrong on a cluster has many names
                raise RavineError(f"Ray does not start, or cannot be reached: {str(error).splitlines()[0]}") from error
        self.lost = (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError)
        cpus = int(ray.cluster_resources()["CPU"])
        self.at_once, self.name = 2 * cpus, f"{cpus} Ray workers"
        self._attempt = ray.remote(num_cpus=1)(attempt)

    def share(self, work: bytes) -> Any:
        return self._ray.put(work)

    def submit(self, work: Any, chunk: Chunk, heard: Callable[[], None]) -> "Future[list[Run]]":
        future: Future[list[Run]] = Future()

        def settle(outcome: Future[Any]) -> None:
            try:
                future.set_result(runs_of(outcome.result()))
            except BaseException as error:
                future.set_exception(error)

        self._attempt.remote(work, chunk).future().add_done_callback(settle)
        return future

    def stop(self) -> None:
        if self._began:
            self._ray.shutdown()
