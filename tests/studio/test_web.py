"""The TypeScript: strictly typed, its own tests pass, and the bundle that is served is made of it."""

import os
import shutil
import subprocess

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


def test_the_bundle_is_that_of_the_sources(tmp_path):
    fresh = tmp_path / "ravine.js"
    done = npm("build", "--", str(fresh))
    assert done.returncode == 0, done.stderr
    same = fresh.read_bytes() == (WEB.parent / "static" / "ravine.js").read_bytes()
    assert same, f"static/ravine.js is older than its sources: run `npm run build` in {WEB}"
