"""A folder of runs: whole files or none, whatever happens, and clear words about files that are no runs."""

import errno
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import ravine
from ravine.lab import Run, Store

from .made import run


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "runs")
    made.prepare()
    return made


def only_file(store):
    (path,) = store.folder.iterdir()
    return path


ROOT = Path(__file__).parents[2]
CALM = run("adam", 0.1, 0, 0.9, 0.8)
WILD = replace(run("sgd", 1e30, 1, 0.0, 0.0, loss=float("inf"), diverged=True), test_loss=float("inf"))


@pytest.mark.parametrize("given", [CALM, WILD], ids=["calm", "diverged"])
def test_what_is_written_is_read(store, given):
    store.write(given)
    assert store.read(given.configuration) == given
    assert list(store.runs()) == [given]
    assert store.keys() == {given.configuration.key()}
    assert json.loads(only_file(store).read_text())  # readable by any program


def test_numbers_come_back_to_the_last_bit(store):
    odd = replace(CALM, train_loss=(0.1 + 0.2, 1 / 3, 5e-324), seconds=1 / 7)
    store.write(odd)
    read = store.read(odd.configuration)
    assert (read.train_loss, read.seconds) == (odd.train_loss, odd.seconds)


def test_a_run_that_is_not_there_is_none(store):
    assert store.read(CALM.configuration) is None
    assert Store(store.folder / "deeper").keys() == set()


def test_folders_are_merged_by_copying_and_a_run_is_forgotten_by_deleting(store, tmp_path):
    other = Store(tmp_path / "other")
    other.prepare()
    store.write(CALM)
    other.write(WILD)
    for path in other.folder.iterdir():
        shutil.copy(path, store.folder)
    assert set(store.runs()) == {CALM, WILD}
    (store.folder / f"{CALM.configuration.key()}.json").unlink()
    assert store.read(CALM.configuration) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: text[:200],
        lambda text: text.replace('"looks"', '"look"'),
        lambda text: text.replace('"diverged": false', '"diverged": false, "more": 1'),
        lambda text: "[1, 2]",
        lambda text: "\x00" * len(text),
    ],
    ids=["empty", "half", "first line", "a key renamed", "a key too many", "another file", "zeros"],
)
def test_a_corrupt_file_is_named(store, spoil):
    store.write(CALM)
    path = only_file(store)
    path.write_text(spoil(path.read_text()))
    assert store.read(CALM.configuration) is None
    assert list(store.runs()) == []
    assert store.unreadable.keys() == {path}
    (line,) = store.complaints()
    assert line.startswith(f"{path} is corrupt, or no run, and is passed over: delete it")


def test_a_link_to_a_file_that_is_gone_is_no_run(store):
    store.write(CALM)
    path = only_file(store)
    path.rename(store.folder / "elsewhere")
    path.symlink_to(store.folder / "elsewhere")
    assert store.keys() == {path.stem}
    (store.folder / "elsewhere").unlink()
    assert (store.keys(), list(store.runs()), sum(store.other_versions().values())) == (set(), [], 0)
    store.write(CALM)
    assert list(store.runs()) == [CALM]


def test_a_file_that_holds_another_run_is_named(store):
    store.write(WILD)
    only_file(store).rename(store.folder / f"{CALM.configuration.key()}.json")
    assert store.read(CALM.configuration) is None
    assert "is corrupt, or no run" in store.unreadable[store.folder / f"{CALM.configuration.key()}.json"]


@pytest.mark.parametrize("newer", ['"format": 7, "ravine": "9.', '"format": 0, "ravine": "9.'])
def test_files_of_another_format_are_named_in_one_line_and_passed_over(store, newer):
    store.write(CALM)
    path = only_file(store)
    text = path.read_text().replace('"format": 1, "ravine": "', newer)
    others = [store.folder / f"{digit * 64}.json" for digit in "09f"]
    for other in others:
        other.write_text(text)
    for read in (lambda: list(store.runs()), lambda: store.other_versions() or [CALM]):
        store.unreadable.clear()
        assert read() == [CALM]
        (line,) = store.complaints()
        assert line.startswith(f"{others[0]} (and 2 more) has format {newer[10]}, where this version of Ravine reads")
        assert "passed over: to read it use ravine 9." in line
    others[1].write_text("")
    list(store.runs())
    assert [line.partition(" has ")[0].partition(" is ")[0] for line in store.complaints()] == [
        f"{others[0]} (and 1 more)",
        f"{others[1]}",
    ]


@pytest.mark.parametrize(("ours", "theirs"), [('"torch": "', '"torch": "9.'), ('"engine": ', '"engine": 9')])
def test_runs_of_other_versions_are_counted_and_left(store, ours, theirs):
    store.write(CALM)
    assert not store.other_versions()
    path = only_file(store)
    path.write_text(path.read_text().replace(ours, theirs))
    ((version, count),) = store.other_versions().items()
    assert theirs.replace('"', "").replace(":", "") in version
    assert count == 1


def test_other_files_in_the_folder_are_left_alone(store):
    (store.folder / "notes.txt").write_text("mine")
    (store.folder / "report.json").write_text("mine")
    store.prepare()
    assert store.keys() == set()
    assert list(store.runs()) == []
    assert len(list(store.folder.iterdir())) == 2


def test_an_abandoned_draft_is_taken_away_and_a_fresh_one_is_not(store):
    old, fresh = (store.folder / f".{letter * 64}.12345678.json" for letter in "ab")
    for draft in (old, fresh):
        draft.write_text("{")
    yesterday = time.time() - 86_400
    os.utime(old, (yesterday, yesterday))
    store.prepare()
    assert not old.exists()
    assert fresh.exists()
    assert store.keys() == set()


def write_many(folder, first):
    store = Store(folder)
    for seed in range(first, first + 40):
        store.write(run("adam", 0.1, seed, 0.9, 0.8))


def test_several_processes_write_and_read_one_folder(store):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_many, args=(store.folder, first)) for first in (0, 20)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        list(store.runs())  # never meets half a file
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(store.keys()) == 60
    assert {path.suffix for path in store.folder.iterdir()} == {".json"}
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".")]


def test_a_full_disk_leaves_what_was_finished_and_no_half_file(store, monkeypatch):
    store.write(CALM)

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ravine.RavineError, match="No space left on device; the runs finished so far are kept"):
        store.write(WILD)
    assert list(store.runs()) == [CALM]
    assert len(list(store.folder.iterdir())) == 1


def test_a_limit_that_the_system_sets_is_told_in_the_same_way(tmp_path):
    code = (
        "import resource, signal, sys\n"
        "from ravine.lab import Store\n"
        "from tests.lab.made import run\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "store = Store(sys.argv[1]); store.prepare()\n"
        "try: store.write(run('adam', 0.1, 0, 0.9, 0.8))\n"
        "except Exception as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, tmp_path / "runs"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "File too large; the runs finished so far are kept" in done.stdout
    assert not list((tmp_path / "runs").iterdir())


@pytest.mark.parametrize("folder", ["/proc/runs", "/proc/self"])
def test_a_folder_that_cannot_be_written_is_refused_before_any_work(folder):
    with pytest.raises(ravine.RavineError, match=r"cannot (make|write)"):
        Store(folder).prepare()


def test_a_store_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ravine.RavineError, match="is a file; name a folder"):
        Store(tmp_path / "file")


def test_a_run_survives_any_kill(tmp_path):
    """Killed at some moment of endless writing, the folder holds whole runs alone."""
    code = (
        "import itertools, sys\n"
        "from ravine.lab import Store\n"
        "from tests.lab.made import run\n"
        "store = Store(sys.argv[1]); store.prepare(); print('begun', flush=True)\n"
        "for seed in itertools.count(): store.write(run('adam', 0.1, seed, 0.9, 0.8))\n"
    )
    for wait in (0.02, 0.05, 0.11):
        command = [sys.executable, "-c", code, tmp_path / "runs"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
            writer.stdout.readline()
            time.sleep(wait)
            writer.kill()
        assert all(isinstance(one, Run) for one in Store(tmp_path / "runs").runs())
    assert Store(tmp_path / "runs").keys()
