"""constraints.txt holds on every Python and system: resolved from the metadata of wheels, with nothing installed."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[1]
CUDA = re.compile(r"nvidia-|cuda-|triton$")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\n]+)(?: ; (.*))?$", re.MULTILINE)
BROWSER = "sys_platform == 'emscripten'"  # which has no PyTorch


def name_of(found: str) -> str:
    return re.sub(r"[-_.]+", "-", found).lower()


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """Name, version and marker of all that `.[torch,dev,film,release]` needs, on any Python from 3.11 and system."""
    written = tmp_path_factory.mktemp("resolved") / "requirements.txt"
    command = [find_uv_bin(), "pip", "compile", "--universal", "--python-version=3.11", "--no-build", "--no-header"]
    extras = [f"--extra={name}" for name in ("torch", "dev", "film", "release")]
    command += ["--no-annotate", "-c", "constraints.txt", *extras]
    done = subprocess.run(
        [*command, "-o", str(written), "pyproject.toml"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    if done.returncode and "No solution found" not in done.stderr and not os.environ.get("CI"):
        pytest.skip(f"no package index can be reached: {done.stderr.splitlines()[-1:]}")
    assert done.returncode == 0, done.stderr
    return [(name_of(name), version, marker) for name, version, marker in PINNED.findall(written.read_text())]


def test_every_python_resolves_to_the_versions_pinned(resolved: list[tuple[str, str, str]]) -> None:
    pinned = {name_of(name): version for name, version, _ in PINNED.findall((ROOT / "constraints.txt").read_text())}
    needed = {name: version for name, version, marker in resolved if not CUDA.match(name) and BROWSER not in marker}
    assert {"torch", "numpy", "llvmlite", "keras"} <= set(needed)
    assert {name: pinned.get(name) for name in needed} == needed


def test_cuda_comes_with_the_wheels_for_linux_alone(resolved: list[tuple[str, str, str]]) -> None:
    """Where there is a wheel without it, on macOS and Windows, nothing of it is asked for."""
    cuda = [(name, marker) for name, _, marker in resolved if CUDA.match(name)]
    assert cuda
    assert all("sys_platform == 'linux'" in marker for _, marker in cuda), cuda
