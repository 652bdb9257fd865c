"""Slurm jobs, through submitit: a chunk is a job."""

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ravine.errors import RavineError, install
from ravine.lab.experiment.executors.work import Chunk, attempt, runs_of
from ravine.lab.experiment.executors.workers import Workers
from ravine.lab.store.run import Run

JOBS = 64  # in the queue at once


class Slurm(Workers):
    """Jobs with these parameters of submitit's, such as {"timeout_min": 60, "slurm_partition": "cpu"}.

    folder: for what submitit writes; the nodes must see it. cluster: "local" runs the jobs on this machine, as a trial.
    """

    def __init__(self, folder: Path, parameters: Mapping[str, Any], cluster: str = "slurm"):
        try:
            import submitit
        except ModuleNotFoundError:
            raise RavineError(f"--slurm needs submitit: {install('slurm')}") from None
        if cluster == "slurm" and shutil.which("sbatch") is None:
            raise RavineError("there is no Slurm on this machine: sbatch is not found")
        self._submitit = submitit.AutoExecutor(folder, cluster=cluster)
        try:
            self._submitit.update_parameters(cpus_per_task=1, **parameters)
        except (NameError, TypeError, ValueError) as error:
            raise RavineError(f"submitit does not take these parameters: {str(error).splitlines()[0]}") from None
        self.lost = (submitit.core.utils.UncompletedJobError,)
        self.at_once, self.name = JOBS, "Slurm jobs"
        self._jobs: list[Any] = []
        self._waiting = ThreadPoolExecutor(JOBS)

    def submit(self, work: Any, chunk: Chunk, heard: Callable[[], None]) -> "Future[list[Run]]":
        job = self._submitit.submit(attempt, work, chunk)
        self._jobs.append(job)
        return self._waiting.submit(lambda: runs_of(job.result()))

    def stop(self) -> None:
        for job in self._jobs:
            if not job.done():
                job.cancel()
        self._waiting.shutdown(cancel_futures=True)


def read_parameters(text: str) -> dict[str, int | str]:
    """The parameters in "timeout_min=60,slurm_partition=cpu"."""
    read: dict[str, int | str] = {}
    for part in filter(None, text.split(",")):
        name, equals, value = part.strip().partition("=")
        if not name or not equals:
            raise RavineError(f"--slurm takes NAME=VALUE,NAME=VALUE, as in timeout_min=60, not {part!r}")
        read[name] = int(value) if value.isdecimal() else value
    return read
