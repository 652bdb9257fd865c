"""Whatever a person types: never a traceback, one line of what to do and exit code 2, or it is done."""

import inspect
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from ravine import compare
from ravine.cli import app
from ravine.studio import site

TEXTS = {
    "empty": "",
    "a space": " ",
    "NaN": "nan",
    "infinite": "-inf",
    "beyond a float": "1e400",
    "a float": "1e21",
    "negative": "-1",
    "30 digits": "9" * 30,
    "6000 digits": "9" * 6000,
    "a zero byte": "a\0b",
    "two lines": "a\nb",
    "long": "x" * 5000,
    "half a character": "é\ud800",
    "markup": "[/bold]",
    "an escape": "\x1b[31m",
    "no folder": "none/none",
    "a dash": "--",
}
# No numbers of steps, epochs, seeds, workers, …: a computer has room for none of them.
NO_COUNT = [*TEXTS]
NO_NUMBER = [name for name in TEXTS if name not in {"a float", "30 digits", "negative"}]

RACE = "race bowl sgd -o race.svg --steps 3"
FEW = "compare quadratic --optimizers sgd --lrs 0.1 --steps 3 --tuning-seeds 1 --seeds 1 -q"
DIALECT = "dialect adam --from torch --to keras"
# Where … stands, each text is typed. With what must be refused.
LINES = {
    "rules …": [*TEXTS],
    "activations …": [*TEXTS],
    "initializers …": [*TEXTS],
    "race … sgd -o race.svg --steps 3": (),
    "race bowl … -o race.svg --steps 3": [*TEXTS],
    "race bowl sgd --steps 3 --output …": [*TEXTS],
    f"{RACE} --start …": [*TEXTS],
    f"{RACE} --start 1,…": NO_NUMBER,
    "race bowl sgd -o race.svg --steps …": NO_COUNT,
    f"{RACE} --set …": [*TEXTS],
    f"{RACE} --set sgd.lr=…": NO_NUMBER,
    "race ravine sgd -o race.svg --steps 3 --set ravine.condition=…": NO_NUMBER,
    f"{RACE} --domain …": [*TEXTS],
    f"{RACE} --noise …": NO_NUMBER,
    f"{RACE} --seed …": NO_NUMBER,
    "compare …": [*TEXTS],
    "check …": [*TEXTS],
    "compare ….toml": [*TEXTS],
    "compare ….py": [*TEXTS],
    f"{FEW} --optimizers …": [*TEXTS],
    f"{FEW} --optimizers ….py": [*TEXTS],
    f"{FEW} --lrs …": NO_NUMBER,
    f"{FEW} --lrs 0.1:…:3": NO_NUMBER,
    f"{FEW} --schedule …": [*TEXTS],
    f"{FEW} --search …": [*TEXTS],
    f"{FEW} --metric …": [*TEXTS],
    f"{FEW} --weights …": ["a zero byte", "long", "no folder"],
    f"{FEW} --budget …": [name for name in TEXTS if name not in {"30 digits", "6000 digits"}],
    f"{FEW} --judge …": [*TEXTS],
    f"{FEW} --target …": NO_NUMBER,
    "compare quadratic --epochs …": NO_COUNT,
    f"{FEW} --steps …": NO_COUNT,
    f"{FEW} --tuning-seeds …": NO_COUNT,
    f"{FEW} --seeds …": NO_COUNT,
    f"{FEW} --store …": ["a zero byte", "long"],
    f"{FEW} --workers …": NO_COUNT,
    f"{FEW} --stack …": [name for name in NO_COUNT if name not in {"30 digits", "6000 digits"}],
    f"{FEW} --slurm …": [*TEXTS],
    f"{FEW} --output …": [*TEXTS],
    "results …": [name for name in TEXTS if name != "empty"],
    "results store --problem …": [*TEXTS],
    "results store --optimizer …": [*TEXTS],
    "results store --sql …": [*TEXTS],
    "results store --output …": [*TEXTS],
    "results store --output ….csv": ["a zero byte", "long", "no folder"],
    "dialect … --from torch --to keras": [*TEXTS],
    "dialect adam --to keras --from …": [*TEXTS],
    "dialect adam --from torch --to …": [*TEXTS],
    f"{DIALECT} --set …": [*TEXTS],
    f"{DIALECT} --set lr=…": NO_NUMBER,
    "studio --port …": [*TEXTS],
    "studio --host …": [name for name in TEXTS if name != "empty"],
    "studio --host a..b --rule …": [*TEXTS],
    "studio --host a..b --lesson …": [*TEXTS],
    "studio --host a..b --videos …": [*TEXTS],
    "export …": ["a zero byte", "long", "no folder"],
    "export --scorm …": [*TEXTS],
    "export --scorm ….zip": ["a zero byte", "long", "no folder"],
    "export site --rule …": [*TEXTS],
    "export site --lesson ….md": [*TEXTS],
    "export site --videos …": (),
    "videos … --only none": [*TEXTS],
    "videos films --only …": [*TEXTS],
}
# Which need a cluster, or reach for the network.
ELSEWHERE = {("compare", "--dask")}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "store"
    compare("quadratic", optimizers=["sgd"], lrs=[0.1], steps=3, tuning_seeds=1, seeds=1, store=folder)
    return folder


@pytest.mark.parametrize("line", LINES)
def test_anything_typed(ravine_command, tmp_path, monkeypatch, store, line):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(site, "build", lambda *_: {"index.html": b""})
    for name, text in TEXTS.items():
        refused = name in LINES[line] and name != "a dash"
        if line.startswith("studio") and not refused:
            continue  # it would serve
        typed = [str(store) if part == "store" else part.replace("…", text) for part in line.split()]
        code, _, err = ravine_command(*typed)
        assert "Traceback" not in err, typed
        if code == 0:
            assert not refused, typed
        else:
            assert code == 2, (typed, err)
            assert err.count("\n") == 1, (typed, err)
            assert err.startswith("ravine: "), typed


def test_every_option_and_argument_is_in_the_table():
    for command in app.registered_commands:
        lines = [line for line in LINES if line.split()[0] == command.name]
        for parameter in inspect.signature(command.callback).parameters.values():
            (info,) = parameter.annotation.__metadata__
            if "bool" in str(parameter.annotation):
                continue
            if isinstance(info, typer.models.ArgumentInfo):
                assert any("…" in line.partition(" -")[0] for line in lines), (command.name, parameter.name)
                continue
            given = [name for name in (info.default, *(info.param_decls or ())) if str(name).startswith("-")]
            names = given or [f"--{parameter.name.replace('_', '-')}"]
            if (command.name, names[0]) not in ELSEWHERE:
                assert any(f"{option} …" in line for option in names for line in lines), (command.name, names)


def run(*arguments, **options):
    command = [sys.executable, "-m", "ravine.cli", *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=120, check=False, **options)


@pytest.mark.parametrize("arguments", [("rules",), ("dialect", "adam", "--from", "torch", "--to", "keras")])
def test_nobody_reads(arguments, tmp_path):
    """Standard output is closed, goes to a reader who has left, or to a full disk."""
    closed = run(*arguments, preexec_fn=lambda: os.close(1))
    assert (closed.returncode, closed.stderr) == (0, "")
    reader, writer = os.pipe()
    os.close(reader)
    left = run(*arguments, stdout=writer)
    os.close(writer)
    assert left.stderr == ""
    assert left.returncode in (1, -signal.SIGPIPE)
    with Path("/dev/full").open("w") as full:
        done = run(*arguments, stdout=full)
    assert (done.returncode, done.stderr) == (2, "ravine: cannot write the output: No space left on device\n")


def test_no_standard_stream_at_all(tmp_path):
    """What is written then goes into its own file, not into what the system took for standard output."""

    def close():
        for number in (0, 1, 2):
            os.close(number)

    arguments = ["race", "bowl", "sgd", "--steps", "3", "-o", str(tmp_path / "race.svg")]
    assert run(*arguments, preexec_fn=close).returncode == 0
    text = (tmp_path / "race.svg").read_text()
    assert text.startswith("<?xml")
    assert "wrote" not in text
