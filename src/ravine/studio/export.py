"""The site as a folder of static files, written whole or not at all."""

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from ravine.errors import RavineError

# Lists what an export wrote, so that the next one knows what it may replace.
MANIFEST = "ravine-export.txt"


def export(site: Mapping[str, bytes], folder: Path) -> None:
    """Writes `site`, files by path, to `folder`: a new or empty one, or an earlier export, which is replaced.

    All is written beside the folder and then takes its place, so that nobody is served half a site.
    Raises RavineError, with nothing changed, where the folder holds what no export wrote or cannot be written.
    """
    target = folder.absolute().resolve()
    try:
        _check(folder, target)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            _write({**site, MANIFEST: "".join(f"{path}\n" for path in sorted(site)).encode()}, draft)
            _swap(draft, target)
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
    manifest = target / MANIFEST
    ours = {MANIFEST, *manifest.read_text(encoding="utf-8").splitlines()} if manifest.is_file() else set()
    for file in target.rglob("*"):
        if not file.is_dir() and (name := file.relative_to(target).as_posix()) not in ours:
            raise RavineError(f"{folder} holds {name}, which no export wrote: name an empty or a new folder")


def _write(site: Mapping[str, bytes], draft: Path) -> None:
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
    shutil.rmtree(old)
