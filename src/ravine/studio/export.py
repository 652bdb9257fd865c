"""The site as a folder of static files, written whole or not at all."""

import re
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ravine.errors import RavineError

# Lists what an export wrote, so that the next one knows what it may replace.
MANIFEST = "ravine-export.txt"

DEAD = 60.0  # seconds without a change: an export that is still running writes all the time


def export(site: Mapping[str, bytes], folder: Path) -> None:
    """Writes `site`, files by path, to `folder`: a new or empty one, or an earlier export, which is replaced.

    All is written beside the folder and then takes its place, so that nobody is served half a site. What a killed
    export left there is removed once the new site stands.
    Raises RavineError, with nothing changed, where the folder holds what no export wrote or cannot be written.
    """
    target = folder.absolute().resolve()
    try:
        _check(folder, target)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            _write({MANIFEST: "".join(f"{path}\n" for path in sorted(site)).encode(), **site}, draft)
            _swap(draft, target)
            _sweep(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise RavineError(f"cannot write {folder}: {error.strerror}") from None


def _check(folder: Path, target: Path) -> None:
    if not target.exists():
        if not target.parent.is_dir():
            raise RavineError(f"cannot write {folder}: there is no folder {target.parent}")
        return
    if not target.is_dir():
        raise RavineError(f"cannot write {folder}: it is a file; name a folder")
    if name := _foreign(target):
        raise RavineError(f"{folder} holds {name}, which no export wrote: name an empty or a new folder")


def _foreign(folder: Path) -> str | None:
    """A file in the folder that no export wrote, by what an export's own list says."""
    manifest = folder / MANIFEST
    ours = {MANIFEST, *manifest.read_text(encoding="utf-8").splitlines()} if manifest.is_file() else set()
    files = (file for file in folder.rglob("*") if file.is_symlink() or not file.is_dir())
    return next((name for file in files if (name := file.relative_to(folder).as_posix()) not in ours), None)


def _write(site: Mapping[str, bytes], draft: Path) -> None:
    """The list of files comes first: a draft that is cut short can be told by it."""
    for path, body in site.items():
        file = draft / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)


def _swap(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.rename(target)
        return
    draft.chmod(target.stat().st_mode & 0o777)
    old = draft.with_name(f"{draft.name}.old")
    target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)  # the site stands; the next export sweeps


def _sweep(target: Path) -> None:
    """Removes the drafts of this folder that killed exports left."""
    name = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}(\.old)?")
    with suppress(OSError, UnicodeDecodeError):  # the site stands, whatever is beside it
        for draft in [path for path in target.parent.iterdir() if name.fullmatch(path.name)]:
            if _abandoned(draft):
                shutil.rmtree(draft, ignore_errors=True)


def _abandoned(draft: Path) -> bool:
    """Whether a killed export left it: it holds an export's list and what that lists, and is long untouched."""
    if draft.is_symlink() or not (draft / MANIFEST).is_file() or _foreign(draft):
        return False
    return time.time() - max(path.stat().st_mtime for path in (draft, *draft.rglob("*"))) > DEAD
