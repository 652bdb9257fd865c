"""No workers: each chunk is trained in this process as it is handed out."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from ravine.lab.experiment.executors.work import Chunk, train
from ravine.lab.experiment.executors.workers import Workers
from ravine.lab.store.run import Run


class Here(Workers):
    """This process. It saves starting others, which takes seconds."""

    apart = False

    def __init__(self) -> None:
        self.at_once, self.name = 1, "this process"
        self._steps = 0

    def submit(self, work: Any, chunk: Chunk, heard: Callable[[], None]) -> "Future[list[Run]]":
        def on_steps(steps: int) -> None:
            self._steps += steps
            heard()

        self._steps = 0
        done: Future[list[Run]] = Future()
        done.set_result(train(work, chunk, on_steps))  # an error or an interrupt passes through
        self._steps = 0
        return done

    def under_way(self) -> int:
        return self._steps
