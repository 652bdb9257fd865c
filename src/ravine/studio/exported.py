"""What in a folder is of an export: what its lists name, with the content that they name.

An export leaves a list in the folder, `ravine-export.txt`, which `sha256sum -c` reads too. One that is under way, or
was killed, has a draft there: a folder with what is to come and what was taken out, and a list of what may be of it.
"""

import hashlib
import re
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

MANIFEST = "ravine-export.txt"
DRAFT = re.compile(r"\.ravine-export-[0-9a-f]{8}")
NEW, OLD, UNDONE = "new", "old", "undone"  # within a draft: what is to come, what was there, what was new and had to go

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def checksums(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    return {path: {_checksum(body)} for path, body in files.items()}


def listing(known: Mapping[str, set[str]]) -> bytes:
    """A list of files: of each path the contents that it may have."""
    return "".join(f"{one}  {path}\n" for path in sorted(known) for one in sorted(known[path])).encode()


def drafts(folder: Path) -> list[Path]:
    """Those of exports that are under way, or were killed."""
    return [path for path in folder.iterdir() if DRAFT.fullmatch(path.name) and stat.S_ISDIR(path.lstat().st_mode)]


class Exported:
    """What exports wrote to a folder, by what their lists in it say. checksums: of each path, all that it may have."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.checksums: dict[str, set[str]] = defaultdict(set)
        self._read(folder / MANIFEST)
        for draft in drafts(folder):
            self._read(draft / MANIFEST)

    def _read(self, manifest: Path) -> None:
        for path, one in _entries(manifest):
            self.checksums[path].add(one)

    def add(self, files: Mapping[str, bytes]) -> None:
        """Takes in what is about to be written."""
        for path, known in checksums(files).items():
            self.checksums[path] |= known

    def wrote(self, path: str, file: Path) -> bool:
        """Whether the file is what an export wrote to this path."""
        if not stat.S_ISREG(file.lstat().st_mode):
            return False
        if path == MANIFEST:
            return bool(_entries(file))
        return path in self.checksums and _checksum(file.read_bytes()) in self.checksums[path]

    def foreign(self) -> Iterator[str]:
        """The paths of the files, and links, in the folder that no export wrote, or that were changed since."""
        for file in self.folder.rglob("*"):
            if file.is_symlink() or not file.is_dir():
                path = file.relative_to(self.folder).as_posix()
                with suppress(FileNotFoundError):  # it is gone meanwhile
                    if not self._ours(path, file):
                        yield path

    def _ours(self, path: str, file: Path) -> bool:
        draft, _, rest = path.partition("/")
        if not DRAFT.fullmatch(draft):
            return self.wrote(path, file)
        part, _, within = rest.partition("/")
        if rest == MANIFEST or (part == NEW and within in self.checksums):  # it may have been cut short
            return stat.S_ISREG(file.lstat().st_mode)
        return part in (OLD, UNDONE) and self.wrote(within, file)

    def clear(self, draft: Path) -> None:
        """Takes away a draft, but for what no export wrote. Its list goes last, since it says what that is."""
        listed = draft / MANIFEST
        with suppress(OSError):
            for path in sorted(draft.rglob("*"), reverse=True):  # what is in a folder before the folder
                with suppress(OSError):
                    if path.is_dir() and not path.is_symlink():
                        path.rmdir()
                    elif path != listed and self._ours(path.relative_to(self.folder).as_posix(), path):
                        path.unlink()
            if [*draft.iterdir()] == [listed]:
                listed.unlink()
            draft.rmdir()


def _checksum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _entries(manifest: Path) -> list[tuple[str, str]]:
    """(path, checksum) of each whole line; none where it is no list of an export, or leads out of its folder."""
    try:
        if not stat.S_ISREG(manifest.lstat().st_mode):
            return []
        lines = manifest.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
    read = [_LINE.fullmatch(line) for line in lines[:-1]]
    entries = [(found[2], found[1]) for found in read if found is not None]
    within = all(
        path == str(PurePosixPath(path)) and ".." not in path.split("/") and path[0] != "/" for path, _ in entries
    )
    return entries if within and len(entries) == len(read) else []
