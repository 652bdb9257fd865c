"""Hands chunks to workers until all have come back, and those of a worker that died to another."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from ravine.errors import RavineError
from ravine.lab.experiment.executors import Workers
from ravine.lab.experiment.executors.work import Chunk
from ravine.lab.store.run import Run

ATTEMPTS = 3
MOMENT = 0.1  # seconds between two looks at how far the workers are


def execute(
    work: Any,
    chunks: Iterable[Chunk],
    workers: Workers,
    arrived: Callable[[Chunk], bool],
    on_runs: Callable[[list[Run]], None],
    on_steps: Callable[[int], None],
) -> None:
    """Trains the chunks. `work` is what `workers.share` gave.

    arrived: whether a chunk's runs have come from elsewhere, so that it need not be handed out.
    on_runs: gets the runs of each chunk as it comes back. on_steps: hears, several times a second where the workers
    can tell, how many model-steps of the chunks that are out are done.
    Where all workers fall together, what was out is handed out again one by one, to find the chunk that fells them.
    Raises what training raises, and RavineError where workers died on the same chunk again and again.
    """
    waiting, out = deque(chunks), dict[Future[list[Run]], Chunk]()
    deaths: Counter[Chunk] = Counter()
    suspects: set[Chunk] = set()  # they stand first among those that wait

    def heard() -> None:
        on_steps(workers.under_way())

    try:
        while waiting or out:
            lost: list[Chunk] = []
            while waiting and len(out) < (1 if suspects else workers.at_once) and not lost:
                if arrived(chunk := waiting.popleft()):
                    suspects.discard(chunk)
                    continue
                try:
                    out[workers.submit(work, chunk, heard)] = chunk
                except workers.lost:  # one died with nothing to do
                    lost.append(chunk)
            done, _ = wait(out, MOMENT, FIRST_COMPLETED)
            for future in done:
                chunk = out.pop(future)
                try:
                    runs = future.result()
                except workers.lost:
                    lost.append(chunk)
                else:
                    suspects.discard(chunk)
                    on_runs(runs)
            if lost:
                together = workers.renew()
                if together:
                    lost += out.values()
                    out.clear()
                if together and len(lost) > 1:
                    suspects.update(lost)
                else:
                    deaths.update(lost)
                    _check(deaths)
                waiting.extendleft(lost)
            heard()
    finally:
        for future in out:  # of an executor that goes on without this study
            future.cancel()


def _check(deaths: Counter[Chunk]) -> None:
    chunk, times = deaths.most_common(1)[0]
    if times >= ATTEMPTS:
        raise RavineError(
            f"workers died {times} times training {chunk[0].rule} on {chunk[0].problem} ({len(chunk)} runs at once); "
            "if memory or their time ran out, try fewer workers or a smaller stack"
        )
