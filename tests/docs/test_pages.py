"""Every block of the site's own pages is run, in the order in which a reader would run it.

Python goes on where the page's last block ended; one that begins with the name of a file is written to it as well, and
a lesson is. A line for the shell is a command of Ravine's, or one of the README's. The older pages have tests of their
own (tests/lab/test_lab_docs.py, tests/test_types.py, tests/monitor/test_docs.py).
"""

import re
import shlex
from pathlib import Path

import pytest
import typer

from ravine.cli import app
from ravine.lessons import own
from ravine.studio import site

DOCS = Path(__file__).parents[2] / "docs"
README = (DOCS.parent / "README.md").read_text()
PAGES = sorted(path for room in ("start", "howto", "explanation") for path in DOCS.glob(f"{room}/*.md"))
BLOCK = re.compile(r"^(`{3,})(\w+)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
ELSEWHERE = ("--workers", "--dask", "--ray", "--slurm")  # in other processes: tests/lab has them
COMMANDS = typer.main.get_command(app).commands


@pytest.fixture
def course_as_it_was():
    """Without the lessons that a page's commands took into it."""
    yield
    own.own_files.clear()
    own.include([])


@pytest.mark.usefixtures("course_as_it_was")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_a_page(page, ravine_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ravine.lab.engine.calibration.SHARE", 0.01)
    scope = {"__name__": "__main__"}
    for number, (_, language, text) in enumerate(BLOCK.findall(page.read_text())):
        {"python": run_python, "sh": run_lines, "markdown": write_lesson}[language](
            text, scope, tmp_path / f"block_{number}.py", ravine_command, monkeypatch
        )


def run_python(text, scope, file, *_):
    named = re.match(r"# (\w+\.py)\n", text)
    file = file.with_name(named[1]) if named else file
    file.write_text(text)  # a rule is read from its source
    exec(compile(text, file, "exec"), scope)


def run_lines(text, scope, file, ravine_command, monkeypatch):
    for line in text.replace("\\\n", "").splitlines():
        words = shlex.split(line)
        if words[0] != "ravine":
            assert line in README, f"{line}: it is tested as a line of the README"
        elif words[1] == "studio" or any(word in ELSEWHERE for word in words):
            COMMANDS[words[1]].make_context(words[1], words[2:])  # it is a command line
        else:
            if words[1] == "export":
                monkeypatch.setattr(site, "build", lambda *_: {"index.html": b""})  # tests/studio write a whole one
            code, _, err = ravine_command(*words[1:])
            assert code == 0, (line, err)


def write_lesson(text, scope, file, *_):
    file.with_name("our-race.md").write_text(text)


def test_a_block_is_of_a_kind_that_is_run():
    for page in PAGES:
        blocks = BLOCK.findall(page.read_text())
        assert blocks or page.stem in {"fairness", "statistics"}
        assert {language for _, language, _ in blocks} <= {"python", "sh", "markdown"}, page
