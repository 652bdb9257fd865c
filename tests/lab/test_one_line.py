"""What used to end in a traceback ends in a line, or does what was meant."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKED = ("--optimizers", "sgd", "--lrs", "0.1", "--tuning-seeds", "1", "--seeds", "2", "--epochs", "1")
FILE = """
import threading, torch
from torch import nn
def made():
    lock = threading.Lock()
    def model():
        with lock:
            return nn.Linear(4, 2)
    return model
x = torch.randn(120, 4, generator=torch.Generator().manual_seed(0))
y = (x[:, 0] > 0).long()
train, validation, loss, model = (x[:80], y[:80]), (x[80:], y[80:]), nn.functional.cross_entropy, made()
"""


def ravine(*arguments, cwd, stdout=subprocess.PIPE):
    command = [sys.executable, "-m", "ravine.cli", *arguments]
    done = subprocess.run(command, cwd=cwd, stdout=stdout, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "locked.py").write_text(FILE)
    return tmp_path


def test_a_lock_in_a_closure_trains_here_and_is_refused_elsewhere(folder):
    code, out, _ = ravine("compare", "locked.py", *ASKED, "--workers", "1", cwd=folder)
    assert code == 0
    assert "sgd with lr 0.1" in out
    code, _, said = ravine("compare", "locked.py", *ASKED, "--workers", "2", "-q", cwd=folder)
    assert code == 2
    assert "ravine: locked: it cannot be sent to other processes: cannot pickle '_thread.lock' object; " in said


def test_a_name_that_is_no_utf8_is_a_name(folder):
    path = os.fsencode(folder) + b"/b\xffad.py"
    Path(os.fsdecode(path)).write_text(FILE)
    code, out, _ = ravine("compare", os.fsdecode(path), *ASKED, "-o", "report.html", "--workers", "1", cwd=folder)
    assert code == 0
    assert "b\\udcffad" in out
    assert "b\\udcffad" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is Linux's")
@pytest.mark.parametrize("command", [("rules",), ("compare", "locked.py", *ASKED, "-q", "--workers", "1")])
def test_a_full_disk_below_the_output(command, folder):
    with Path("/dev/full").open("wb") as full:
        code, _, said = ravine(*command, cwd=folder, stdout=full)
    assert code == 2
    (line,) = said.splitlines()
    assert line.startswith("ravine: cannot write the output: No space left on device")
    if "compare" in command:
        assert "the 3 runs made so far are kept in ravine-runs-" in line


@pytest.mark.parametrize("option", [("--store", "/proc/none/runs"), ("-o", "/proc/none.html"), ("-o", "/sys/none.png")])
def test_where_nothing_can_be_written(option, folder):
    code, _, said = ravine("compare", "locked.py", *ASKED, "-q", *option, cwd=folder)
    assert code == 2
    assert said.startswith(("ravine: cannot write", "ravine: cannot make the store"))
    assert len(said.splitlines()) == 1


DAEMON = """
import multiprocessing, sys
def study(workers):
    import ravine
    try:
        asked = {"optimizers": ["sgd"], "lrs": [0.1], "tuning_seeds": 1, "seeds": 2, "epochs": 1}
        print(len(ravine.compare("locked.py", **asked, workers=workers).runs), flush=True)
    except ravine.RavineError as error:
        print(error, flush=True)
if __name__ == "__main__":
    for workers in (2, None):
        process = multiprocessing.Process(target=study, args=(workers,), daemon=True)
        process.start()
        process.join()
"""


def test_a_daemonic_process_starts_no_others(folder):
    (folder / "daemon.py").write_text(DAEMON)
    done = subprocess.run([sys.executable, "daemon.py"], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "this process is daemonic, and Python lets such start no others: leave workers at 1",
        "3",
    ]
