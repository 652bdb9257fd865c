"""The engines that generated text runs in: Node, and Chromium without a window."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL2 in software
]


def _missing(what: str) -> None:
    if os.environ.get("RAVINE_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what} is required here (RAVINE_REQUIRE_BROWSER=1)")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def node() -> Callable[[str], str]:
    """Runs a program in Node and returns what it printed."""
    found = shutil.which("node")
    if found is None:
        _missing("Node")

    def run(program: str) -> str:
        done = subprocess.run([found, "-"], input=program, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def page() -> Iterator[Any]:
    """A blank page in headless Chromium."""
    api = pytest.importorskip("playwright.sync_api")
    named = os.environ.get("RAVINE_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        _missing("Chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser.new_page()
        browser.close()
