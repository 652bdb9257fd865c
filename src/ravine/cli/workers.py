"""Which workers the options of `ravine compare` ask for."""

from pathlib import Path

from ravine.errors import RavineError
from ravine.lab.experiment.executors import Workers


def find_workers(
    workers: int | None, dask: str | None, ray: bool, slurm: str | None, store: Path | None
) -> int | Workers | None:
    """A count of processes, an engine's workers, or None where nothing was asked for."""
    asked = {"--workers": workers is not None, "--dask": dask is not None, "--ray": ray, "--slurm": slurm is not None}
    chosen = [option for option, given in asked.items() if given]
    if len(chosen) > 1:
        raise RavineError(f"{' and '.join(chosen)} are different places to run: choose one")
    if dask is not None:
        from ravine.lab.experiment.executors.dask import Dask

        return Dask(dask)
    if ray:
        from ravine.lab.experiment.executors.ray import Ray

        return Ray()
    if slurm is not None:
        from ravine.lab.experiment.executors.slurm import Slurm, read_parameters

        if store is None:
            raise RavineError("--slurm needs --store DIR, a folder that the nodes of the cluster see")
        return Slurm(store / "slurm", read_parameters(slurm))
    return workers
