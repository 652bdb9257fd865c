"""What was trained is kept, whatever fails afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from ravine.cli.terminal import Stopped, ending
from ravine.errors import RavineError
from ravine.lab import Run, Store
from ravine.lab.store.rescue import rescued


@contextmanager
def nothing_lost(store: Store | None) -> Iterator[list[Run]]:
    """Gives a list to add runs to as they are made. Where the block fails, those that `store` lacks are kept elsewhere.

    RavineError, in one line, for whatever the block raises once there are runs: what failed, and where they are.
    """
    made: list[Run] = []
    try:
        yield made
    except Stopped:
        raise
    except Exception as error:
        ending.raise_if_asked()  # what Ctrl-C breaks off may fail in a way of its own
        if not made:
            raise
        said = _said(error)
        missing = [run for run in made if store is None or run.configuration not in store]
        if not missing and isinstance(error, RavineError):
            raise
        folder = rescued(missing) if missing else store.folder if store else None
        where = f"the {len(made)} runs made so far are kept in {folder}" if folder else "and they could not be kept"
        raise RavineError(f"{said}; {where}: once that is mended, --store {folder} goes on from there") from error


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is None and error.strerror:  # not of a file that was opened
        return f"cannot write the output: {error.strerror}"
    return str(error) if isinstance(error, RavineError) else f"{type(error).__name__}: {error}".splitlines()[0]
