"""The TypeScript of the studio, run in Node and in a blank page."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ravine
from ravine.studio.rules_script import rules_script

WEB = Path(ravine.__file__).parent / "studio" / "web"

# Answers each line of its input with one line, both JSON.
ANSWER = """
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
"""


@pytest.fixture(scope="session")
def bundle() -> Callable[..., str]:
    """bundle(program, platform="browser"): the JavaScript of a TypeScript program whose imports begin at ./src."""
    esbuild = WEB / "node_modules" / ".bin" / "esbuild"
    if shutil.which("node") is None or not esbuild.exists():
        needed = "Node, and `npm ci` in src/ravine/studio/web, are needed here"
        (pytest.fail if os.environ.get("RAVINE_REQUIRE_BROWSER") == "1" else pytest.skip)(needed)

    def build(program: str, platform: str = "browser") -> str:
        form = "iife" if platform == "browser" else "esm"
        command = [str(esbuild), "--bundle", f"--format={form}", f"--platform={platform}", "--loader=ts"]
        done = subprocess.run(command, input=program, cwd=WEB, text=True, check=True, stdout=subprocess.PIPE)
        return str(done.stdout)

    return build


@pytest.fixture(scope="session")
def conversation(
    bundle: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Callable[[Any], Any]]]:
    """Starts a program in Node that defines `answer(question)`, with RAVINE as a page has it; returns what asks it."""
    running = []

    def start(program: str) -> Callable[[Any], Any]:
        file = tmp_path_factory.mktemp("program") / "program.mjs"
        file.write_text(f"{rules_script()}\n{bundle(program + ANSWER, 'node')}")
        process = subprocess.Popen(["node", file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdin
        assert process.stdout
        lines, replies = process.stdin, process.stdout

        def ask(question: Any) -> Any:
            lines.write(json.dumps(question) + "\n")
            lines.flush()
            return json.loads(replies.readline())

        return ask

    yield start
    for process in running:
        process.communicate()


@pytest.fixture
def blank(browser: Any, bundle: Callable[..., str]) -> Iterator[Callable[[str], Any]]:
    """blank(program): an empty page in which the program has run, with RAVINE as a page of the site has it."""
    pages = []

    def open_page(program: str) -> Any:
        page = browser.new_page()
        pages.append(page)
        page.add_script_tag(content=rules_script())
        page.add_script_tag(content=bundle(program))
        return page

    yield open_page
    for page in pages:
        page.close()
