"""The README's own code does what it says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
SHELL = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
OWN_RULE = next(code for code in PYTHON if code.startswith("# qhm.py"))
RAVINE = [line for line in SHELL if line.startswith("ravine ") and "compare" not in line]


@pytest.mark.parametrize("code", PYTHON, ids=[f"block {number}" for number, _ in enumerate(PYTHON, 1)])
def test_python_runs(code, tmp_path):
    file = tmp_path / "example.py"  # a rule is read from its source, so it needs a file
    file.write_text(code)
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


# As the command, but for what `ravine export` writes: tests/studio/test_export.py writes the whole site.
COMMAND = (
    "from ravine.cli import main; from ravine.studio import site; build = site.build\n"
    "site.build = lambda *given: {path: build(*given)[path] for path in ('index.html', 'static/rules.js')}; main()"
)


@pytest.mark.parametrize("line", RAVINE)
def test_commands_run(line, tmp_path):
    (tmp_path / "qhm.py").write_text(OWN_RULE)
    done = subprocess.run([sys.executable, "-c", COMMAND, *shlex.split(line)[1:]], cwd=tmp_path)
    assert done.returncode == 0


def test_both_set_up_commands_pass_the_constraints():
    assert len([line for line in SHELL if "-m venv" in line]) == 2
    assert all("-c constraints.txt" in line for line in SHELL if "pip install" in line)


def test_the_main_command_starts_the_studio():
    assert SHELL[0].endswith(" && .venv/bin/ravine studio")


def test_the_rules_it_names_are_the_rules():
    import ravine

    named = re.search(r"## The rules\n\n`([a-z_ ]+)`", README)
    mains = {rule.family for rule in ravine.rules.values()}
    assert named
    assert set(named.group(1).split()) == mains
