"""What a wheel and an sdist of Ravine hold, and what the build says where it cannot work."""

import json
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
BUNDLES = (
    "ravine.js",
    "landscape.js",
    "matrix.js",
    "network.js",
    "notebook.js",
    "scorm.js",
)  # as in hatch_build.py, which imports hatchling


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
    assert {f"ravine/studio/static/{name}" for name in BUNDLES} <= names
    assert "ravine/networks/digits.txt.gz" in names
    assert not [name for name in names if "/web/" in name or "node_modules" in name]


def test_an_sdist_holds_the_sources_and_the_script(built):
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"hatch_build.py", "constraints.txt"} <= names
    assert {f"src/ravine/studio/static/{name}" for name in BUNDLES} <= names
    assert {"src/ravine/studio/web/package-lock.json", "src/ravine/studio/web/src/main.ts"} <= names
    assert not [name for name in names if "node_modules" in name]


def brought():
    """By name, the licences of what is brought along: of packages in the bundle, of the font, of the digits."""
    return {file.name: file.read_bytes() for file in (STUDIO / "licences").iterdir()}


def test_what_is_brought_along_has_its_licence_in_both(built):
    with zipfile.ZipFile(built[0]) as wheel:
        files = {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(built[1]) as sdist:
        packed = {
            member.name.partition("/")[2]: sdist.extractfile(member).read() for member in sdist if member.isfile()
        }
    metadata = next(body for name, body in files.items() if name.endswith(".dist-info/METADATA")).decode()
    assert "License-Expression: Apache-2.0 AND MIT AND OFL-1.1 AND CC-BY-4.0" in metadata
    for name, text in brought().items():
        path = f"src/ravine/studio/licences/{name}"
        assert packed[path] == files[path.removeprefix("src/")] == text
        assert files[next(at for at in files if at.endswith(f".dist-info/licenses/{path}"))] == text
        assert f"License-File: {path}" in metadata
    assert "License-File: LICENSE" in metadata
    assert packed["LICENSE"] == (ROOT / "LICENSE").read_bytes()


def test_the_bundle_begins_with_the_licences_of_its_packages(built):
    """Of all that package.json names but the bundler: what goes in stands in the bundle, and has its text there."""
    with zipfile.ZipFile(built[0]) as wheel:
        head, end, script = wheel.read("ravine/studio/static/landscape.js").decode().partition("*/")
    assert (head[:3], end) == ("/*!", "*/")
    assert script.startswith('\n"use strict"')
    packages = json.loads((STUDIO / "web" / "package.json").read_text())["dependencies"]
    for name in packages.keys() - {"esbuild"}:
        licence = (STUDIO / "web" / "node_modules" / name / "LICENSE").read_text().strip()
        assert f"{name} {packages[name]}\n\n{licence}" in head
        assert brought()[f"{name}.txt"].decode().strip() == licence


def test_a_package_without_its_licence_is_not_bundled(tmp_path):
    web = tmp_path / "web"
    web.mkdir()
    for name in ("build.mjs", "src", "node_modules", "package.json"):
        (web / name).symlink_to(STUDIO / "web" / name)
    (tmp_path / "licences").mkdir()
    command = ["node", "--preserve-symlinks-main", "build.mjs", str(tmp_path / "static")]
    done = subprocess.run(command, cwd=web, capture_output=True, text=True)
    assert done.returncode != 0
    assert "uplot goes into the bundle: its licence must stand in studio/licences/uplot.txt" in done.stderr
    assert not (tmp_path / "static").exists()


@pytest.fixture
def copy(tmp_path):
    """The checkout without what was built, as a download of the repository is."""
    unwanted = shutil.ignore_patterns("node_modules", "__pycache__", ".*", *BUNDLES, "dist", "build", "tests", "docs")
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
    for name in BUNDLES:
        shutil.copy(STUDIO / "static" / name, copy / "src" / "ravine" / "studio" / "static")
    done = build("wheel", copy, tmp_path, PATH="")
    assert done.returncode == 0, done.stderr
