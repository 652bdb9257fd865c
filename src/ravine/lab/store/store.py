"""A folder of runs. One run is one file, named by the key of its configuration, and the folder is the database.

Copy the folder, merge two by copying, delete a file to have that run made again. A file is written beside its place and
then put there, so that it is whole or absent whatever happens; several processes and machines may share a folder.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ravine.errors import RavineError
from ravine.files import check_writable, replacing, sweep
from ravine.lab.store.configuration import FORMAT, Configuration, versions
from ravine.lab.store.run import Run

NAME = re.compile(r"[0-9a-f]{64}\.json")
ABANDONED = 3600.0  # seconds after which a draft that nobody finished is taken away: others may be on other machines
LONGEST = 4_000  # bytes from which is told what made a run, and of which problem
_PROBLEM = re.compile(rb'"problem": (?P<name>"(?:[^"\\]|\\.)*").*?"fingerprint": "(?P<of>[0-9a-f]*)"')


class _NoRunError(TypeError):
    """A file that is JSON, and no run."""


class _OtherFormatError(ValueError):
    """A file of another format than this version reads; made_by: the version of Ravine that does."""

    def __init__(self, found: int, made_by: object):
        super().__init__(f"format {found}, where this version of Ravine reads format {FORMAT}")
        self.made_by = f"{made_by!s:.40}"


# Whatever a file can do wrong; a ValueError is also text that is no UTF-8 and no JSON.
_NOT_READ = (TypeError, ValueError, KeyError, AttributeError, RecursionError, OSError)


class Store:
    """The runs in `folder`, which is made when the first one is written."""

    def __init__(self, folder: Path | str):
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise RavineError(f"the store {self.folder} is a file; name a folder")
        self.unreadable: dict[Path, str] = {}  # why, for each file so far that cannot be read as a run

    def keys(self) -> set[str]:
        """Of every run in the folder, without reading any."""
        return {path.stem for path in self._files()}

    def __contains__(self, configuration: Configuration) -> bool:
        return self._path(configuration).is_file()

    def read(self, configuration: Configuration) -> Run | None:
        """The run of this configuration; None if it has not been made, or its file is `unreadable`."""
        path = self._path(configuration)
        if not path.is_file():
            return None
        run = self._run(path)
        if run is not None and run.configuration != configuration:
            self._note(path, _NoRunError())
            return None
        return run

    def write(self, run: Run) -> None:
        """Keeps a run. RavineError where the disk is full or the folder cannot be written: what is there stays."""
        path = self._path(run.configuration)
        try:
            with replacing(path) as draft:
                draft.write_text(_text({"versions": versions(), **run.as_dict()}), encoding="utf-8")
        except RavineError as error:
            raise RavineError(f"{error}; the runs finished so far are kept: mend that, and run it again") from None

    def complaints(self) -> tuple[str, ...]:
        """What is to be said of the `unreadable` files, a line for each thing that is wrong with some of them."""
        alike: dict[str, list[Path]] = {}
        for path in sorted(self.unreadable):
            alike.setdefault(self.unreadable[path], []).append(path)
        more = {why: f" (and {len(paths) - 1} more)" if len(paths) > 1 else "" for why, paths in alike.items()}
        return tuple(f"{paths[0]}{more[why]} {why}" for why, paths in alike.items())

    def runs(self) -> Iterator[Run]:
        """Every run that can be read, by key."""
        return (run for path in self._files() if (run := self._run(path)) is not None)

    def other_versions(self) -> Counter[str]:
        """How many runs were made by other versions of Ravine or PyTorch than these, which would make them anew."""
        return self.census({})[0]

    def census(self, fingerprints: Mapping[str, str]) -> tuple[Counter[str], Counter[str]]:
        """How many runs other versions made, by these; and, of problems of these names, how many have another checksum.

        Only the beginning of each file is read.
        """
        by_version, by_problem = Counter[str](), Counter[str]()
        ours = _our_first_line()
        for path in self._files():
            try:
                with path.open("rb") as file:
                    head = file.read(LONGEST)
                if not head.startswith(ours):
                    made_by = _versions(head.partition(b"\n")[0].decode())
                    if made_by != versions():
                        facts = (f"{name} {version}" for name, version in made_by.items() if name != "format")
                        by_version[", ".join(facts)] += 1
                        continue
            except _NOT_READ as error:
                self._note(path, error)
                continue
            if fingerprints and (found := _PROBLEM.search(head)):
                name = json.loads(found["name"])
                by_problem[name] += fingerprints.get(name, found["of"].decode()) != found["of"].decode()
        return by_version, +by_problem

    def prepare(self) -> None:
        """RavineError, before anything is trained, if no run could be written. Takes away drafts left by a crash."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RavineError(f"cannot make the store {self.folder}: {error.strerror}") from None
        check_writable(self.folder / "run.json")
        sweep(self.folder, "[0-9a-f]{64}", ".json", ABANDONED)

    def _files(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        with os.scandir(self.folder) as entries:
            names = sorted(entry.name for entry in entries if NAME.fullmatch(entry.name) and entry.is_file())
        return [self.folder / name for name in names]  # no link to what is gone

    def _path(self, configuration: Configuration) -> Path:
        return self.folder / f"{configuration.key()}.json"

    def _run(self, path: Path) -> Run | None:
        try:
            content = path.read_bytes()
            if not content.startswith(_our_first_line()):
                _versions(content.partition(b"\n")[0].decode())
            facts = json.loads(content)
            del facts["versions"]
            return Run.from_dict(facts)
        except _NOT_READ as error:
            self._note(path, error)
            return None

    def _note(self, path: Path, error: Exception) -> None:
        mend = "delete it, and it is made again when it is needed"
        if isinstance(error, _OtherFormatError):
            said, mend = f"has {error}", f"to read it use ravine {error.made_by}, which made it"
        elif isinstance(error, OSError):
            said = f"cannot be read ({error.strerror})"
        else:
            said = "is corrupt, or no run"
        self.unreadable[path] = f"{said}, and is passed over: {mend}"


@cache
def _our_first_line() -> bytes:
    return f'{{"versions": {json.dumps(versions())},\n'.encode()


def _text(facts: Mapping[str, Any]) -> str:
    """JSON with a line for each fact, the versions first."""
    lines = (f"{json.dumps(name)}: {json.dumps(value, allow_nan=False)}" for name, value in facts.items())
    return "{" + ",\n ".join(lines) + "}\n"


def _versions(first_line: str) -> dict[str, str | int]:
    """What made a file, of which this is the first line; an error of _NOT_READ for another format and for no run."""
    made_by = json.loads(first_line.removesuffix("\n").removesuffix(",") + "}")["versions"]
    known = made_by["format"]
    if type(known) is not int or not all(isinstance(of, str | int) for of in made_by.values()):
        raise _NoRunError
    if known != FORMAT:
        raise _OtherFormatError(known, made_by.get("ravine", "of another version"))
    return dict(made_by)
