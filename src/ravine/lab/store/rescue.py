"""A folder for runs that no store has, where what they were made for has ended before its time."""

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ravine.errors import RavineError
from ravine.lab.store.run import Run
from ravine.lab.store.store import Store


def rescued(runs: Sequence[Run]) -> Path | None:
    """A new folder with these runs: here, or else where temporary files are; None where neither can be written."""
    for place in (Path(), Path(tempfile.gettempdir())):
        store = Store(place / f"ravine-runs-{secrets.token_hex(4)}")
        try:
            store.prepare()
            for run in runs:
                store.write(run)
        except RavineError:
            continue
        return store.folder
    return None
