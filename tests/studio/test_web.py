"""The TypeScript: strictly typed, its own tests pass, and the bundle that is served is made of it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.studio.conftest import WEB


@pytest.fixture(scope="module", autouse=True)
def tools():
    if shutil.which("npm") is None:
        pytest.fail("install Node.js 18 or newer, with npm")
    if not (WEB / "node_modules" / "typescript").is_dir():
        pytest.fail(f"run `npm ci --ignore-scripts` in {WEB}")


def npm(*command):
    environment = {name: value for name, value in os.environ.items() if name != "NODE_TEST_CONTEXT"}
    return subprocess.run(["npm", "run", *command], cwd=WEB, capture_output=True, text=True, env=environment)


def test_types():
    done = npm("check")
    assert done.returncode == 0, done.stdout


def test_its_own_tests():
    done = npm("test")
    assert done.returncode == 0, done.stdout[-5000:]
    assert "# pass 0" not in done.stdout


def test_the_bundles_are_those_of_the_sources(tmp_path):
    done = npm("build", "--", str(tmp_path))
    assert done.returncode == 0, done.stderr
    fresh = sorted(tmp_path.iterdir())
    assert [file.name for file in fresh] == [
        "landscape.js",
        "matrix.js",
        "network.js",
        "notebook.js",
        "ravine.js",
        "scorm.js",
    ]
    for file in fresh:
        same = file.read_bytes() == (WEB.parent / "static" / file.name).read_bytes()
        assert same, f"static/{file.name} is older than its sources: run `npm run build` in {WEB}"


def imports(file: Path) -> set[Path]:
    """The sources that a source imports, types and imports inside functions too."""
    named = re.findall(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""", file.read_text())
    return {(file.parent / f"{name}.ts").resolve() for name in named}


def circles(graph: dict[Path, set[Path]]) -> list[Path]:
    """What is left once everything is taken away that imports nothing that is left."""
    left = dict(graph)
    while done := {file for file, others in left.items() if not others & left.keys()}:
        left = {file: others for file, others in left.items() if file not in done}
    return sorted(left)


def test_nothing_imports_in_a_circle():
    graph = {file: imports(file) for file in (WEB / "src").resolve().rglob("*.ts")}
    assert len(graph) > 50
    assert set().union(*graph.values()) <= graph.keys(), "every import is understood"
    assert circles({Path("a"): {Path("b")}, Path("b"): {Path("a")}, Path("c"): set()}) == [Path("a"), Path("b")]
    assert circles(graph) == []
