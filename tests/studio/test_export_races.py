"""`ravine export` while others work in the folder, and stopped at every step that it takes: nothing of theirs is lost.

Steps are the calls that reach the disk, as Python's audit hooks tell of them.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ravine.errors import RavineError
from ravine.studio.export import export
from ravine.studio.exported import DRAFT, MANIFEST

FIRST = {"index.html": b"one", "static/a.css": b"h1{}", "old/gone.html": b"gone", "same.html": b"same"}
SECOND = {"index.html": b"two", "static/a.css": b"h2{}", "new/come.html": b"come", "same.html": b"same"}
STEPS = {"open", "os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.listdir", "os.scandir"}
MINE = b"work of years"


class Watch:
    """Calls `then` before the step of that number. A hook cannot be taken away, so that one serves all tests."""

    def __init__(self):
        self.left, self.then, self.thread = None, None, None
        sys.addaudithook(self._heard)

    def _heard(self, event, _):
        if self.left is None or event not in STEPS or threading.get_ident() != self.thread:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            self.then()

    def export(self, site, folder, step, then):
        """Whether the export came so far."""
        self.left, self.then, self.thread = step, then, threading.get_ident()
        try:
            export(site, folder)
            return self.left is None
        finally:
            self.left = None


@pytest.fixture(scope="module")
def watch():
    return Watch()


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def site_in(folder):
    found = files(folder)
    found.pop(MANIFEST, None)
    return {path: body for path, body in found.items() if not DRAFT.match(path)}


def steps(first=0, every=1):
    """Numbers of steps, until a test is through."""
    yield from range(first, 10_000, every)


def moved_in(path):
    """A file made elsewhere that takes its place, whatever stands there."""

    def rival(folder, elsewhere):
        elsewhere.write_bytes(MINE)
        (folder / path).parent.mkdir(exist_ok=True)
        elsewhere.replace(folder / path)

    return rival


RIVALS = {
    "a new file": moved_in("mine.txt"),
    "beside files of the site": moved_in("static/mine.txt"),
    "in a folder that goes": moved_in("old/mine.txt"),
    "in a folder that comes": moved_in("new/mine.txt"),
    "over the first page": moved_in("index.html"),
    "over a page that goes": moved_in("old/gone.html"),
    "where a page comes": moved_in("new/come.html"),
    "over the list": moved_in(MANIFEST),
    "into the first page": lambda folder, _: (folder / "index.html").write_bytes(MINE),
}


@pytest.mark.parametrize(("first", "rival"), [*enumerate(RIVALS.values())], ids=RIVALS)
def test_what_is_put_there_meanwhile_stays(watch, tmp_path, first, rival):
    outcomes = set()
    for step in steps(first % 3, 3):
        folder = tmp_path / str(step)
        export(FIRST, folder)
        reached, failed = True, None
        try:
            reached = watch.export(SECOND, folder, step, lambda folder=folder: rival(folder, tmp_path / "mine"))
        except RavineError as error:
            failed = error
        if not reached:
            break
        found = files(folder)
        assert MINE in found.values(), step
        site = FIRST if failed else SECOND
        assert {path: found[path] for path in site if found[path] != MINE}.items() <= site.items(), step
        outcomes.add(failed is None)
    assert step > 30
    assert False in outcomes  # it was seen at some steps, and refused


def test_what_is_deleted_meanwhile_is_no_fault(watch, tmp_path):
    for step in steps():
        export(FIRST, tmp_path)
        if not watch.export(SECOND, tmp_path, step, lambda: (tmp_path / "index.html").unlink(missing_ok=True)):
            break
        export(SECOND, tmp_path)
        assert site_in(tmp_path) == SECOND


def test_empty_folders_of_others_stay(watch, tmp_path):
    for step in steps():
        folder = tmp_path / str(step)
        export(FIRST, folder)
        (folder / "mine").mkdir()
        if not watch.export(SECOND, folder, step, (folder / "static" / "drafts").mkdir):
            break
        assert (folder / "mine").is_dir()
        assert (folder / "static" / "drafts").is_dir()
        assert not (folder / "old").exists()
        assert site_in(folder) == SECOND


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")], ids=["Ctrl-C", "full"])
def test_stopped_at_any_step_it_leaves_the_one_site_or_the_other(watch, tmp_path, error):
    def stop():
        raise error

    seen = set()
    for step in steps():
        folder = tmp_path / str(step)
        export(FIRST, folder)
        inode = folder.stat().st_ino
        try:
            if not watch.export(SECOND, folder, step, stop):
                break
        except (KeyboardInterrupt, RavineError):
            pass
        found = site_in(folder)
        assert found in (FIRST, SECOND), step
        seen.add(found == SECOND)
        export(SECOND, folder)
        assert files(folder).keys() == {*SECOND, MANIFEST}
        assert folder.stat().st_ino == inode
    assert False in seen


KILLED = """
import os, sys
from pathlib import Path
from tests.studio.test_export_races import FIRST, MANIFEST, SECOND, Watch, export, files, steps
watch = Watch()
for step in steps(0, 3):
    folder = Path(sys.argv[1]) / str(step)
    if step % 2:
        export(FIRST, folder)
    child = os.fork()
    if child == 0:
        os._exit(0 if watch.export(SECOND, folder, step, lambda: os._exit(9)) else 3)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3 and step % 2:
        break
    export(FIRST if step % 4 else SECOND, folder)
    assert files(folder).keys() == {*(FIRST if step % 4 else SECOND), MANIFEST}, step
print(step)
"""


def test_killed_at_any_step_the_next_finishes_it(tmp_path):
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60


def test_two_exports_at_once(watch, tmp_path):
    """One of the two fails, as a whole."""
    other = {"index.html": b"three"}
    program = (
        f"from pathlib import Path\nfrom ravine.studio.export import export\nexport({other}, Path({str(tmp_path)!r}))"
    )

    def another():
        said.append(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stderr)

    for step, first_wins in ((8, False), (40, True), (60, True)):
        said = []
        export(FIRST, tmp_path)
        try:
            watch.export(SECOND, tmp_path, step, another)
        except RavineError:
            assert not first_wins
            assert (said, site_in(tmp_path)) == ([""], other)
        else:
            assert first_wins
            assert "RavineError: another export is writing to" in said[0]
            assert site_in(tmp_path) == SECOND
        assert [path for path in tmp_path.iterdir() if DRAFT.match(path.name)] == []


def test_links_and_other_things_in_the_way(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, said in {
        "loop": "cannot write",
        "loop/site": "cannot write",
        "a\0b": "cannot write",
        "x" * 300: "too long",
    }.items():
        with pytest.raises(RavineError, match=said):
            export(FIRST, tmp_path / name)
    for make in (
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: path.symlink_to(path),
        os.mkfifo,
        lambda path: path.write_bytes(b"\xff\xfe no list"),
        lambda path: path.write_text(f"{'0' * 64}  ../../etc/passwd\n"),
    ):
        folder = tmp_path / "site"
        folder.mkdir()
        make(folder / MANIFEST)
        with pytest.raises(RavineError, match=r"holds ravine-export\.txt, which no export wrote"):
            export(FIRST, folder)
        assert [path.name for path in folder.iterdir()] == [MANIFEST]
        (folder / MANIFEST).unlink()
        folder.rmdir()


def test_a_name_that_is_no_text(tmp_path):
    export(FIRST, tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_bytes(MINE)
    with pytest.raises(RavineError, match="which no export wrote"):
        export(SECOND, tmp_path)


def test_a_page_that_was_edited_is_named(tmp_path):
    export(FIRST, tmp_path)
    (tmp_path / "index.html").write_bytes(MINE)
    with pytest.raises(RavineError, match=r"index\.html was changed since an export wrote it: move it"):
        export(SECOND, tmp_path)
    assert (tmp_path / "index.html").read_bytes() == MINE


def test_files_that_stay_the_same_are_not_touched(tmp_path):
    export(FIRST, tmp_path)
    before = {name: (tmp_path / name).stat() for name in ("same.html", "static/a.css")}
    export(SECOND, tmp_path)
    assert (tmp_path / "same.html").stat() == before["same.html"]
    assert (tmp_path / "static" / "a.css").stat().st_ino != before["static/a.css"].st_ino


def test_a_full_or_mounted_disk(small_disk):
    folder = small_disk(100_000)
    export(FIRST, folder)
    with pytest.raises(RavineError, match="cannot write"):
        export({**SECOND, "big": bytes(200_000)}, folder)
    assert site_in(folder) == FIRST
    export(SECOND, folder)
    assert files(folder).keys() == {*SECOND, MANIFEST}


def test_a_shell_in_the_folder_goes_on(tmp_path):
    program = """
import os, sys
from pathlib import Path
from ravine import cli
from ravine.studio import site
built = site.build
os.chdir(sys.argv[1])
for body in (b"one", b"two"):
    site.build = lambda _, body=body: {"index.html": body}
    try:
        cli.main(["export", "."])
    except SystemExit as ended:
        assert not ended.code
    assert os.path.samefile(os.getcwd(), sys.argv[1])
    assert open("index.html", "rb").read() == body
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
