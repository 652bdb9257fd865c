"""`ravine export`: what it writes, what it refuses, and that the files work without a server of their own."""

import functools
import hashlib
import http.server
import signal
import subprocess
import sys
import threading

import pytest

from ravine.errors import RavineError
from ravine.studio.export import MANIFEST, export
from tests.built import built

SMALL = {"index.html": b"<h1>One</h1>", "static/a.css": b"h1{}"}
LIST = "".join(f"{hashlib.sha256(SMALL[path]).hexdigest()}  {path}\n" for path in sorted(SMALL)).encode()


def written(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def names(folder):
    return [path.name for path in folder.iterdir()]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("somewhere") / "deep" / "site"
    folder.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "ravine.cli", "export", str(folder)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert f"wrote {len(built())} files" in done.stdout
    return folder


def test_it_writes_the_site_that_is_served(exported):
    files = written(exported)
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "--strict", MANIFEST], cwd=exported, check=False)
    assert checked.returncode == 0
    assert files.pop(MANIFEST).count(b"\n") == len(built())
    assert files == built()
    assert names(exported.parent) == ["site"]


@pytest.mark.parametrize("first", [None, {}, SMALL], ids=["new", "empty", "an earlier export"])
def test_where_it_writes(tmp_path, first):
    folder = tmp_path / "site"
    if first is not None:
        folder.mkdir()
    if first:
        export({"old.html": b"", **first}, folder)
    export(SMALL, folder)
    assert written(folder) == {**SMALL, MANIFEST: LIST}
    assert sorted(names(folder)) == ["index.html", MANIFEST, "static"]
    assert names(tmp_path) == ["site"]


def test_it_keeps_away_from_what_others_wrote(tmp_path):
    folder = tmp_path / "site"
    export(SMALL, folder)
    (folder / "static" / "mine.txt").write_text("work of years")
    before = written(folder)
    with pytest.raises(RavineError, match=r"holds static/mine\.txt, which no export wrote"):
        export(SMALL, folder)
    assert written(folder) == before
    assert names(tmp_path) == ["site"]


def test_what_it_cannot_write(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RavineError, match="it is no folder"):
        export(SMALL, tmp_path / "file")
    with pytest.raises(RavineError, match="there is no folder"):
        export(SMALL, tmp_path / "none" / "site")


def test_a_failure_leaves_the_earlier_export(tmp_path):
    folder = tmp_path / "site"
    export(SMALL, folder)
    before = written(folder)
    with pytest.raises(RavineError, match="cannot write"):
        export({"index.html": b"new", "index.html/below": b"a file cannot be a folder, too"}, folder)
    assert written(folder) == before
    assert names(tmp_path) == ["site"]


def test_ended_half_way_it_leaves_nothing(tmp_path):
    """SIGTERM while it writes, as from a supervisor."""
    program = """
import os, signal, sys
from pathlib import Path
from ravine import cli
from ravine.studio import site
site.build = lambda videos: {"index.html": b"", "quiz.html": b"", "static/a.css": b""}
before = Path.write_bytes
def write_bytes(self, body):
    if self.name == "quiz.html":
        os.kill(os.getpid(), signal.SIGTERM)
    return before(self, body)
Path.write_bytes = write_bytes
cli.main(["export", sys.argv[1]])
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "site")], capture_output=True, timeout=120)
    assert done.returncode == 128 + signal.SIGTERM
    assert names(tmp_path) == []


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def below_a_folder(exported):
    """The export on a plain file server, below /deep/site/."""
    handler = functools.partial(Quiet, directory=exported.parent.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/deep/site/"
        server.shutdown()


@pytest.fixture(params=["file", "subfolder"])
def root(request, exported):
    return f"file://{exported}/" if request.param == "file" else request.getfixturevalue("below_a_folder")


def test_it_works_from_there(root, browser):
    """Every page from the disk, and one of each folder's from a server: scripts run, style and pictures load, nothing
    else is asked for, no error is logged."""
    context = browser.new_context()
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    # Going on to the next page cuts off an icon that is still on its way.
    cut = "net::ERR_ABORTED"
    page.on("requestfailed", lambda request: None if request.failure == cut else faults.append(request.url))
    page.on("request", lambda request: None if request.url.startswith((root, "blob:")) else faults.append(request.url))
    pages = [path for path in built() if path.endswith(".html")]
    if root.startswith("http:"):
        pages = [*{path.rpartition("/")[0]: path for path in pages}.values()]
    for path in pages:
        page.goto(root + path)
        page.wait_for_function("() => document.documentElement.classList.contains('scripted')")
        assert page.evaluate("getComputedStyle(document.body).display") == "flex", path
        assert page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)") == []
    assert faults == []
    context.close()


def test_one_can_walk_through_it(root, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(root + "index.html")
    page.get_by_role("link", name="START", exact=True).click()
    page.wait_for_url("**/lessons/gradient-descent.html")
    page.get_by_role("link", name="Next ").click()
    page.wait_for_url("**/lessons/momentum.html")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").click()
    page.wait_for_url("**/index.html")
    page.get_by_role("link", name="CONTINUE").click()
    page.wait_for_url("**/lessons/nesterov.html")
    context.close()
