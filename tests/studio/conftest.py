"""The TypeScript of the studio, run in Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ravine

WEB = Path(ravine.__file__).parent / "studio" / "web"

# Answers each line of its input with one line, both JSON.
ANSWER = """
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
"""


@pytest.fixture(scope="session")
def conversation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Callable[[Any], Any]]]:
    """Starts a TypeScript program that defines `answer(question)`; returns what asks it. Imports begin at ./src."""
    node, esbuild = shutil.which("node"), WEB / "node_modules" / ".bin" / "esbuild"
    if node is None or not esbuild.exists():
        said = "Node, and `npm ci` in src/ravine/studio/web"
        (pytest.fail if os.environ.get("RAVINE_REQUIRE_BROWSER") == "1" else pytest.skip)(f"{said} are needed here")
    running = []

    def start(program: str) -> Callable[[Any], Any]:
        bundle = tmp_path_factory.mktemp("program") / "program.mjs"
        options = ["--bundle", "--format=esm", "--platform=node", "--loader=ts", f"--outfile={bundle}"]
        subprocess.run(
            [esbuild, *options, "--log-level=warning"], input=program + ANSWER, cwd=WEB, text=True, check=True
        )
        process = subprocess.Popen([node, bundle], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
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
