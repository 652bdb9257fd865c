"""The workers that a study's chunks are handed to: any executor in the manner of concurrent.futures."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TYPE_CHECKING, Any

from ravine.lab.experiment.executors.work import Chunk, train
from ravine.lab.store.run import Run

if TYPE_CHECKING:  # with torch
    from ravine.lab.engine import Calibration


class Workers:
    """An executor of somebody else's. The classes beside this one say what theirs does otherwise.

    name: for people. at_once: how many chunks are handed out before one must have come back.
    apart: whether they are other processes, to which work must be sent.
    lost: the errors that say that a worker died, so that its chunk is handed out again.
    """

    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)
    apart = True

    def __init__(self, executor: Executor, at_once: int, name: str = "an executor"):
        self.executor, self.at_once, self.name = executor, at_once, name

    def share(self, work: bytes) -> Any:
        """What `submit` is given in place of the packed problem: a reference to it, where the engine has such."""
        return work

    def submit(self, work: Any, chunk: Chunk, heard: Callable[[], None]) -> "Future[list[Run]]":
        """Hands a chunk out. `heard` is called when `under_way` has changed, if that is known before the end."""
        return self.executor.submit(train, work, chunk)

    def calibrations(self, work: bytes) -> "list[Calibration]":
        """How fast each of them trains while the others do too; [] where that is not found out beforehand."""
        return []

    def under_way(self) -> int:
        """Model-steps done by the chunks that are out, as far as that is known."""
        return 0

    def renew(self) -> bool:
        """Called after a worker died. Whether all the chunks that were out are lost with it."""
        return False

    def stop(self) -> None:
        """Ends what was begun by this object, also in the middle of the work. It may be called twice."""
