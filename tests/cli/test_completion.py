"""What the Tab key does in real shells, installed as a person installs it; what it offers; how little it imports."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ravine.cli import completion
from ravine.lab import OPTIMIZERS
from ravine.lab.problems import problems
from ravine.lab.problems.parts.measures import KNOWN

BIN = Path(sys.executable).parent
SHELLS = {
    "bash": ["--noprofile", "--rcfile", ".bashrc", "-i"],
    "zsh": ["-i"],
    "fish": ["-i"],
}
# Typed, with Tab at the end → what stands in the line then.
TABS = {
    "ravine landsc": "ravine landscapes",
    "ravine race rosen": "ravine race rosenbrock",
    "ravine race rosenbrock sgd yo": "ravine race rosenbrock sgd yogi",
    "ravine rules adam+cautious_": "ravine rules adam+cautious_decay",
    "ravine compare digits-n": "ravine compare digits-noisy-labels",
    "ravine compare digits --optimizers sgd,yo": "ravine compare digits --optimizers sgd,yogi",
    "ravine race rosenbrock yogi --set yogi.l": "ravine race rosenbrock yogi --set yogi.lr=",
    "ravine race rosenbrock yogi --set yogi.lr=0": "ravine race rosenbrock yogi --set yogi.lr=0.01",
    "ravine check my_pr": "ravine check my_problem.py",  # a file, where no name begins so
    "ravine activations gel": "ravine activations gelu",
    "ravine dialect adam --from ker": "ravine dialect adam --from keras",
}


class Terminal:
    """A shell on a terminal, in a home of its own."""

    def __init__(self, shell: str, home: Path):
        environment = {"HOME": str(home), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb", "PS1": "$ "}
        self.child, self.end = pty.fork()
        if self.child == 0:
            os.chdir(home)
            os.execvpe(shell, [shell, *SHELLS[shell]], environment)
        self.shell, self.heard = shell, ""

    def send(self, text: str) -> None:
        os.write(self.end, text.encode())

    def wait(self, wanted: str, seconds: float = 60.0) -> str:
        """What was said up to the text, which is awaited."""
        until = time.monotonic() + seconds
        while wanted not in self.heard:
            ready, _, _ = select.select([self.end], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{wanted!r} did not come: {self.heard[-500:]!r}"
            self.heard += os.read(self.end, 4096).decode(errors="replace").replace("\x07", "")  # bells
        said, _, self.heard = self.heard.partition(wanted)
        return said

    def close(self) -> None:
        os.close(self.end)
        os.waitpid(self.child, 0)


@pytest.fixture(scope="module", params=SHELLS)
def terminal(request, tmp_path_factory):
    shell = request.param
    if shutil.which(shell) is None:
        missing = pytest.fail if os.environ.get("RAVINE_REQUIRE_BROWSER") == "1" else pytest.skip
        missing(f"{shell} is not installed")
    home = tmp_path_factory.mktemp(shell)
    (home / "my_problem.py").write_text("")
    first = Terminal(shell, home)
    first.send("ravine --install-completion; echo installed=$HOME\r")  # as the shell itself is asked to
    first.wait(f"installed={home}")
    first.close()
    second = Terminal(shell, home)
    second.send("echo ready=$HOME\r")
    second.wait(f"ready={home}")
    if shell != "bash":
        second.wait("\x1b[?2004h")  # the line editor is there: a Tab before it would be a character
    yield second
    second.close()


def test_tab(terminal):
    for typed, completed in TABS.items() if terminal.shell == "bash" else list(TABS.items())[5:9]:
        terminal.send(f"{typed}\t")
        terminal.wait(completed)
        terminal.send("\x15")  # the line is dropped


def test_problems_optimizers_and_metrics_are_the_labs():
    assert set(completion.PROBLEMS) == set(problems)
    assert completion.OPTIMIZERS == OPTIMIZERS
    assert {"accuracy", "loss", *KNOWN} == set(completion.METRICS) - {"top-5"}


def asked(words: str, *extra: str) -> subprocess.CompletedProcess[str]:
    """What bash would be told at the end of the words."""
    line = words.split(" ")
    question = {completion.ASKED_BY: "complete_bash", "COMP_WORDS": "\n".join(line), "COMP_CWORD": str(len(line) - 1)}
    command = [sys.executable, *extra, "-m", "ravine.cli"]
    return subprocess.run(command, env={**os.environ, **question}, capture_output=True, text=True, timeout=120)


def test_settings_are_those_of_what_the_line_names():
    told = asked("ravine race ravine yogi --set ").stdout.split()
    assert {line.partition(".")[0] for line in told} == {"ravine", "yogi"}
    assert "ravine.condition=" in told
    assert {line.partition(".")[0] for line in asked("ravine race --set ").stdout.split()} > {"adam", "ravine"}


def test_a_value_that_is_joined_to_its_option_keeps_it():
    line = {completion.TYPED: "ravine compare digits --optimizers=sgd,adama", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    told = {}
    for shell in ("zsh", "fish"):
        question = {**os.environ, completion.ASKED_BY: f"complete_{shell}", **line}
        command = [sys.executable, "-m", "ravine.cli"]
        told[shell] = subprocess.run(command, env=question, capture_output=True, text=True, timeout=120).stdout
    assert told["fish"].splitlines()[0].startswith("--optimizers=sgd,adamax\t")
    assert all(line.startswith("--optimizers=sgd,adamax") for line in told["fish"].split("\n") if line)
    assert re.findall(r'"([^"]*)":"', told["zsh"]) == ["--optimizers=sgd,adamax", "--optimizers=sgd,adamax_keras"]


def test_what_goes_wrong_is_not_said_in_the_line():
    for words in ("ravine rcae sgd", "ravine rules adam+nothing+", "ravine race --start"):
        done = asked(words)
        assert done.stderr == ""


def test_a_tab_imports_no_lab_no_torch_and_nothing_that_takes_as_long():
    """Python names on standard error what it imports."""
    imported = asked("ravine race rosenbrock ad", "-X", "importtime").stderr
    modules = {line.rpartition("|")[2].strip() for line in imported.splitlines()}
    assert "ravine.cli.completion" in modules
    assert not modules & {"torch", "ravine.lab", "matplotlib", "pydantic", "latex2mathml", "jinja2", "scipy"}
