"""The site as a folder of static files, from which nothing is lost that no export wrote.

The new files are written whole into a draft within the folder. Then each takes the place of the old one, which is first
taken out and looked at: what is not as an earlier export left it goes back, and so does all that was done before. The
folder itself stays, so that a shell or a server in it, and a disk that is mounted there, go on.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ravine.errors import RavineError
from ravine.locks import LOCKS, abandoned, lock
from ravine.studio.exported import MANIFEST, NEW, OLD, UNDONE, Exported, checksums, drafts, listing


def export(site: Mapping[str, bytes], folder: Path) -> None:
    """Writes `site`, files by path, to `folder`: a new or empty one, or an earlier export, which is replaced.

    Files that are as they should be stay untouched. What a killed export left is finished or removed.
    Raises RavineError, with everything as it was, where the folder cannot be written, or holds what no export wrote or
    what was changed since.
    """
    try:
        target = folder.resolve()
        with ExitStack() as undo:
            _make(target, folder, undo)
            wrote = Exported(target)
            _check(folder, wrote)
            left = drafts(target)
            files = {**site, MANIFEST: listing(checksums(site))}
            wrote.add(files)
            with _draft(target, files, wrote) as draft:
                _swap(files, draft, wrote)
            undo.pop_all()
        for one in left:
            wrote.clear(one)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a name that no file can have
        if isinstance(error, RavineError):
            raise
        raise RavineError(f"cannot write {folder}: {getattr(error, 'strerror', None) or error}") from None


def _make(target: Path, folder: Path, undo: ExitStack) -> None:
    if target.is_dir():
        return
    if os.path.lexists(target):
        raise RavineError(f"cannot write {folder}: it is no folder; name one")
    if not target.parent.is_dir():
        raise RavineError(f"cannot write {folder}: there is no folder {target.parent}")
    undo.callback(_remove_empty, target)
    target.mkdir()


def _check(folder: Path, wrote: Exported) -> None:
    if any(not abandoned(draft) for draft in drafts(wrote.folder)):
        raise RavineError(f"another export is writing to {folder}")
    for path in wrote.foreign():
        if path in wrote.checksums:
            raise RavineError(f"{folder / path} was changed since an export wrote it: move it, or name another folder")
        raise RavineError(f"{folder} holds {path}, which no export wrote: name an empty or a new folder")


@contextmanager
def _draft(target: Path, files: Mapping[str, bytes], wrote: Exported) -> Iterator[Path]:
    """A draft with the new files, held while it lives. Its list comes first: what is cut short is known by it."""
    draft = target / f".ravine-export-{secrets.token_hex(4)}"
    with ExitStack() as held:
        try:
            draft.mkdir()
            if LOCKS:
                opened = os.open(draft, os.O_RDONLY)
                held.callback(os.close, opened)
                lock(opened)
            _write(draft / MANIFEST, listing(wrote.checksums))
            for path, body in files.items():
                _write(draft / NEW / path, body)
            yield draft
        finally:
            wrote.clear(draft)


def _write(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)


def _swap(files: Mapping[str, bytes], draft: Path, wrote: Exported) -> None:
    """Files first that pages need, then the pages, the first one last; then those go that the site has no more."""
    target = draft.parent
    new = sorted(files, key=lambda path: (path.endswith(".html"), path == "index.html", path))
    gone = [path for path in wrote.checksums if path not in files]
    with ExitStack() as undo:
        for path in (*new, *gone):
            place, old = target / path, draft / OLD / path
            if path in files and _holds(place, files[path]):
                continue
            _make_folder(old.parent)
            undo.callback(_put_back, old, place)  # before it is done: Ctrl-C may come at any time
            _take(path, place, old, wrote)
            if path in files:
                _make_folder(place.parent, undo)
                undo.callback(_withdraw, path, place, draft / UNDONE / path, wrote)
                _put(draft / NEW / path, place)
        undo.pop_all()
    for path in gone:
        for folder in (target / path).parents:
            if folder == target or not _remove_empty(folder):
                break


def _holds(file: Path, body: bytes) -> bool:
    try:
        return file.is_file() and not file.is_symlink() and file.read_bytes() == body
    except FileNotFoundError:  # it goes at this moment
        return False


def _make_folder(folder: Path, undo: ExitStack | None = None) -> None:
    for missing in reversed([path for path in (folder, *folder.parents) if not path.is_dir()]):
        if undo is not None:
            undo.callback(_remove_empty, missing)
        missing.mkdir(exist_ok=True)


def _take(path: str, place: Path, out: Path, wrote: Exported) -> None:
    """Takes what stands at a path out of the site. RavineError, with it back in place, if no export wrote it."""
    with suppress(FileNotFoundError):
        place.rename(out)
        if not wrote.wrote(path, out):
            _put(out, place)
            raise RavineError(f"cannot replace {place}: no export wrote what it holds")


def _put(file: Path, place: Path) -> None:
    """Moves it to a place where nothing is, else FileExistsError."""
    if file.is_file() and not file.is_symlink():
        try:
            os.link(file, place)
            file.unlink()
            return
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            pass
    if os.path.lexists(place):
        raise FileExistsError(f"{place} was put there meanwhile")
    file.rename(place)


def _put_back(old: Path, place: Path) -> None:
    with suppress(OSError):  # something stands there by now: then it stays in the draft, where the next export names it
        if os.path.lexists(old):
            _put(old, place)


def _withdraw(path: str, place: Path, out: Path, wrote: Exported) -> None:
    """Takes a new file out of the site again, unless it is another's by now."""
    with suppress(OSError, RavineError):
        _make_folder(out.parent)
        _take(path, place, out, wrote)


def _remove_empty(folder: Path) -> bool:
    with suppress(OSError):
        folder.rmdir()
        return True
    return False
