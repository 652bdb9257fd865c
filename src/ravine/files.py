"""Writing a file whole or not at all: a draft beside it takes its place once it is complete.

A draft is locked for as long as its writer lives. So what a killed writer left can be told from what is being written,
and the next one that writes the same name takes it away.
"""

import os
import re
import secrets
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ravine.errors import RavineError
from ravine.locks import LOCKS, abandoned, lock

LONGEST = 200  # bytes of a name that its draft repeats: file systems hold 255


def check_writable(path: Path) -> None:
    """Refuses, before any work is done, a path that could not be written at its end. Takes away drafts left there."""
    folder = path.absolute().parent
    try:
        if not folder.is_dir():
            raise RavineError(f"cannot write {path}: there is no folder {folder}")
        with suppress(FileNotFoundError):
            if stat.S_ISDIR(path.stat().st_mode):
                raise RavineError(f"cannot write {path}: it is a folder")
        sweep(folder, re.escape(_stem(path)), path.suffix)
        with _draft(path):
            pass
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have, such as one with a zero byte
        raise _cannot_write(path, error) from None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """An empty draft beside `path`, with its ending, that takes its place when the block ends well; else it goes.

    RavineError where it cannot be written, also where the block raises OSError.
    """
    try:
        with _draft(path) as draft:
            yield draft
            _to_disk(draft)
            draft.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from None


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """An empty file among the temporary ones, with the ending of `name`, that goes when the block ends.

    One that a killed process left goes when the next of its name is made.
    """
    path = Path(tempfile.gettempdir()) / name
    sweep(path.parent, re.escape(path.stem), path.suffix)
    with _draft(path, 0o600) as file:
        yield file


def sweep(folder: Path, stem: str, suffix: str, older: float = 0.0) -> None:
    """Takes away the drafts of files of this stem (a regular expression) that nobody writes any more.

    older: seconds since the last change that it takes as well: locks do not reach to other machines everywhere.
    """
    name = re.compile(rf"\.{stem}\.[0-9a-f]{{8}}{re.escape(suffix)}")
    with suppress(OSError):
        for draft in [entry for entry in os.scandir(folder) if name.fullmatch(entry.name)]:
            with suppress(OSError):  # another process may be as tidy
                if time.time() - draft.stat(follow_symlinks=False).st_mtime >= older and abandoned(Path(draft)):
                    Path(draft).unlink()


def _cannot_write(path: Path, error: Exception) -> RavineError:
    if isinstance(error, RavineError):
        return error
    return RavineError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}")


@contextmanager
def _draft(path: Path, mode: int = 0o666) -> Iterator[Path]:
    while True:
        draft = path.with_name(f".{_stem(path)}.{secrets.token_hex(4)}{path.suffix}")
        held = None
        try:
            held = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode)
            if LOCKS:
                lock(held)
                if not draft.exists():  # another process took it away before, as one that nobody holds
                    continue
            else:  # there a file that is open cannot be moved
                os.close(held)
                held = None
            yield draft
            return
        finally:  # Ctrl-C may come at any time
            with suppress(FileNotFoundError):
                draft.unlink()
            if held is not None:
                os.close(held)


def _stem(path: Path) -> str:
    """What a draft is called after: the stem, cut where the draft's own name would be too long."""
    room = LONGEST - len(os.fsencode(path.suffix))
    return os.fsdecode(os.fsencode(path.stem)[: max(room, 0)])


def _to_disk(draft: Path) -> None:
    """Else a power cut could leave the name without the content; and some disks say only now that they are full."""
    file = os.open(draft, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
