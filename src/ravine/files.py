"""Writing a file whole or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ravine.errors import RavineError


def check_writable(path: Path) -> None:
    """Refuses, before any work is done, a path that could not be written at its end."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise RavineError(f"cannot write {path}: there is no folder {folder}")
    if path.is_dir():
        raise RavineError(f"cannot write {path}: it is a folder")
    draft = _draft(path)
    try:
        draft.touch()
    except OSError as error:
        raise RavineError(f"cannot write {path}: {error.strerror}") from None
    finally:  # Ctrl-C may come at any time
        draft.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A draft beside `path`, with its ending, that takes its place when the block ends well; else it is removed."""
    draft = _draft(path)
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise RavineError(f"cannot write {path}: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
