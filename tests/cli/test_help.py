"""Help that can be followed: commands end with examples that are what they say; --version is fit for a report."""

import re
import shlex
import tomllib
from pathlib import Path

import numpy
import pytest
import torch
import typer

import ravine
from ravine.cli import app
from ravine.cli.examples import EXAMPLES

COMMANDS = typer.main.get_command(app).commands
LINES = [line for lines in EXAMPLES.values() for line in lines]
RUN = [
    line
    for line in LINES
    if line.split()[1] in ("rules", "landscapes", "activations", "initializers", "race", "dialect")
]


def test_every_command_has_an_example():
    assert set(EXAMPLES) == set(COMMANDS)
    assert all(line.split()[1] == name for name, lines in EXAMPLES.items() for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_what_it_does_and_its_examples(ravine_command, name):
    code, out, _ = ravine_command(name, "--help")
    shown = " ".join(re.sub(r"[│╭╮╰╯─]", " ", out).split())
    assert code == 0
    assert all(" ".join(line.split()) in shown for line in EXAMPLES[name])
    for parameter in COMMANDS[name].params:
        assert parameter.name == "help" or parameter.help, parameter.name


@pytest.mark.parametrize("line", LINES)
def test_an_example_is_a_command_line(line):
    _, name, *arguments = shlex.split(line)
    COMMANDS[name].make_context(name, arguments)  # which raises for an option or a value that there is not


@pytest.mark.parametrize("line", RUN)
def test_an_example_runs(ravine_command, tmp_path, monkeypatch, line):
    monkeypatch.chdir(tmp_path)
    code, out, err = ravine_command(*shlex.split(line)[1:])
    assert (code, err) == (0, "")
    assert out


def test_the_version_comes_first_and_then_what_is_installed_and_found(ravine_command, monkeypatch, tmp_path):
    (tmp_path / "mnist").mkdir()
    monkeypatch.setenv("RAVINE_DATA", str(tmp_path))
    code, out, err = ravine_command("--version")
    first, *rest = out.splitlines()
    assert (code, err, first) == (0, "", f"ravine {ravine.__version__}")
    told = dict(line.split(":", 1) for line in rest)
    assert f"numpy {numpy.__version__}" in told["core"]
    assert f"torch {torch.__version__.partition('+')[0]}" in told["torch"]  # a wheel for CUDA is not called so
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert set(extras) - {"film", "docs", "release", "dev"} <= set(told)  # film's is the line of ffmpeg
    assert told["device"].strip().startswith("cpu")
    assert told["data"].strip() == f"mnist in {tmp_path} (RAVINE_DATA={tmp_path})"


def test_what_is_missing_is_said_with_what_brings_it(ravine_command, monkeypatch):
    found = ravine.cli.version._version_of
    monkeypatch.setattr("ravine.cli.version._version_of", lambda name: None if name == "torch" else found(name))
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    told = dict(line.split(":", 1) for line in ravine_command("--version")[1].splitlines()[1:])
    assert "torch missing" in told["torch"]
    assert "'.[torch]'" in told["torch"]
    assert told["device"].strip() == "none, without torch"
    assert "install your system's ffmpeg" in told["ffmpeg"]
