"""What a wheel and an sdist of Ravine hold, and what the build says where it cannot work."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STUDIO = ROOT / "src" / "ravine" / "studio"


def build(kind, source, target, **environment):
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, env={**os.environ, **environment})


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist."""
    target = tmp_path_factory.mktemp("dist")
    for kind in ("wheel", "sdist"):
        done = build(kind, ROOT, target)
        assert done.returncode == 0, done.stderr
    return next(target.glob("*.whl")), next(target.glob("*.tar.gz"))


def test_a_wheel_holds_all_that_runs_and_no_sources_of_the_script(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
    package = ROOT / "src"
    for file in (ROOT / "src" / "ravine").rglob("*"):
        name = file.relative_to(package).as_posix()
        if file.is_file() and "__pycache__" not in name and "studio/web/" not in name:
            assert name in names
    assert "ravine/studio/static/ravine.js" in names
    assert not [name for name in names if "/web/" in name or "node_modules" in name]


def test_an_sdist_holds_the_sources_and_the_script(built):
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"hatch_build.py", "constraints.txt", "src/ravine/studio/static/ravine.js"} <= names
    assert {"src/ravine/studio/web/package-lock.json", "src/ravine/studio/web/src/main.ts"} <= names
    assert not [name for name in names if "node_modules" in name]


@pytest.fixture
def copy(tmp_path):
    """The checkout without what was built, as a download of the repository is."""
    unwanted = shutil.ignore_patterns(
        "node_modules", "__pycache__", ".*", "ravine.js", "dist", "build", "tests", "docs"
    )
    return shutil.copytree(ROOT, tmp_path / "copy", ignore=unwanted)


def test_without_node_it_says_what_to_install(copy, tmp_path):
    done = build("wheel", copy, tmp_path, PATH="")
    assert done.returncode != 0
    assert "Node.js 18 or newer" in done.stderr.splitlines()[-1]


def test_without_the_registry_it_says_that_it_needs_it_once(copy, tmp_path):
    if shutil.which("npm") is None:
        pytest.fail("install Node.js 18 or newer, with npm")
    nowhere = {"npm_config_registry": "http://127.0.0.1:9", "npm_config_fetch_retries": "0"}
    done = build("wheel", copy, tmp_path, npm_config_cache=str(tmp_path / "cache"), **nowhere)
    assert done.returncode != 0
    assert "needs the npm registry once" in done.stderr.splitlines()[-1]


def test_with_the_bundle_it_needs_neither(copy, tmp_path):
    shutil.copy(STUDIO / "static" / "ravine.js", copy / "src" / "ravine" / "studio" / "static")
    done = build("wheel", copy, tmp_path, PATH="")
    assert done.returncode == 0, done.stderr
