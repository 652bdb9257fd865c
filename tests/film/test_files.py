"""Files of a race: the right format, whole or not there."""

import shutil
import signal
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

import ravine
from ravine.files import check_writable, replacing
from ravine.film import race, write
from ravine.film.picture import draw
from ravine.film.write import frames
from ravine.palette import looks

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffprobe"), reason="no ffmpeg on this machine")


@pytest.fixture(scope="module")
def short():
    return race("ravine", ["sgd", "momentum", "adam"], steps=20)


def probe(path):
    """(codec, width, height, frames) as ffprobe counts them."""
    entries = "stream=codec_name,width,height,nb_read_frames"
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", entries, "-of", "csv=p=0", str(path)]
    codec, width, height, count = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(",")
    return codec, int(width), int(height), int(count)


def test_png(short, tmp_path):
    write(short, tmp_path / "race.png")
    with Image.open(tmp_path / "race.png") as image:
        assert image.size == (1920, 1080)
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    for colour in (look.light for look in looks([lane.trajectory.rule.name for lane in short.lanes])):
        rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(pixels - np.array(rgb)).max(axis=1) < 4).sum() > 200, colour


def test_svg_names_every_rule_its_settings_and_the_formula(short, tmp_path):
    write(short, tmp_path / "race.svg")
    text = (tmp_path / "race.svg").read_text()
    for words in ("Gradient descent", "beta1 0.9, beta2 0.999, eps 1e-08", "Ravine", "start (-4, 1)"):
        assert words in text


@needs_ffmpeg
@pytest.mark.parametrize(("ending", "codec"), [("mp4", "h264"), ("webm", "vp9")])
def test_film(short, tmp_path, ending, codec):
    heard = []
    write(short, tmp_path / f"race.{ending}", lambda done, total: heard.append((done, total)))
    total = 21 + 60  # the start, twenty steps, and two seconds on the last picture
    assert probe(tmp_path / f"race.{ending}") == (codec, 1280, 720, total)
    assert heard == [(number, total) for number in range(1, total + 1)]


def test_gif_without_ffmpeg(short, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    write(short, tmp_path / "race.gif")
    with Image.open(tmp_path / "race.gif") as image:
        assert image.size == (640, 360)
        duration = 0
        for number in range(image.n_frames):
            image.seek(number)
            duration += image.info["duration"]
    assert 2000 < duration < 4000  # equal frames are joined; the time stays


def test_a_film_without_ffmpeg_is_refused_with_what_to_install(short, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ravine.RavineError, match=r"ffmpeg package, or pip install -c constraints.txt '\.\[film\]'"):
        write(short, tmp_path / "race.mp4")
    assert not list(tmp_path.iterdir())


def test_each_frame_shows_one_step_more(short):
    picture = draw(short)
    shown = [frame.copy() for frame in frames(short, picture)]
    changed = [not np.array_equal(a, b) for a, b in pairwise(shown)]
    assert changed == [True] * 20 + [False] * 60
    still = (slice(0, 60), slice(0, 640))  # the headline does not move
    assert all(np.array_equal(frame[still], shown[0][still]) for frame in shown)


@pytest.mark.parametrize("name", ravine.landscapes)
def test_every_landscape_can_be_drawn(name, tmp_path):
    write(race(name, ["sgd", "adam"], steps=5), tmp_path / "race.png")
    assert (tmp_path / "race.png").stat().st_size > 20_000


ODD = ["3 + 0*x", "log(x)", "where(x > 0, x, -y)", "1/(x - 1)", "abs(x) + maximum(x, y)", "1e17", "1e99 * x", "-1e20"]
ODD += ["1e20 + x**2 + y**2", "1e17 + x", "1e-300 * x", " + ".join(["0.12345678 * x"] * 50)]
ODD += ["sqrt(" * depth + "x**2 + 1" + ")" * depth for depth in (10, 23, 55)]


@pytest.mark.parametrize("formula", ODD, ids=[formula[:20] for formula in ODD])
def test_odd_formulas_can_be_drawn(formula, tmp_path):
    write(race(formula, ["sgd"], start=(0.5, 0.5), steps=5), tmp_path / "race.png")
    assert (tmp_path / "race.png").exists()


def test_an_interrupted_film_leaves_nothing(short, tmp_path):
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    for ending in ("gif", "mp4") if shutil.which("ffmpeg") else ("gif",):
        with pytest.raises(KeyboardInterrupt):
            write(short, tmp_path / f"race.{ending}", stop)
        assert not list(tmp_path.iterdir())


def test_an_older_picture_stays_when_the_new_one_fails(short, tmp_path, monkeypatch):
    path = tmp_path / "race.png"
    path.write_bytes(b"older")
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ravine.RavineError, match=r"cannot write .*race\.png: full"):
        write(short, path)
    assert path.read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


@needs_ffmpeg
@pytest.mark.parametrize("ending", ["mp4", "webm", "gif", "png", "svg"])
def test_on_a_full_disk_the_older_file_stays(short, small_disk, ending):
    """Whatever is full when: ffmpeg ends well though it could not write the film's end, or its beginning."""
    folder = small_disk(56 * 1024)
    path = folder / f"race.{ending}"
    path.write_bytes(b"older")
    with pytest.raises(ravine.RavineError, match=r"(?i)no space|too large|could not write the film"):
        write(short, path)
    assert path.read_bytes() == b"older"
    assert [entry.name for entry in folder.iterdir()] == [path.name]


@needs_ffmpeg
@pytest.mark.parametrize("name", ["a:b.mp4", "-.webm", "%03d.mp4", "ä ö.gif", "x" * 249 + ".webm", "\udcff.png"])
def test_any_name_that_a_file_can_have(short, tmp_path, name):
    write(short, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_size > 10_000


KILLED = """
import os, signal, sys
from pathlib import Path
from ravine.files import check_writable, replacing
from ravine.film import race, write
kill = lambda done, total: os.kill(os.getpid(), signal.SIGKILL) if done == int(sys.argv[2]) else None
write(race("ravine", ["sgd"], steps=20), Path(sys.argv[1]), kill)
"""


@needs_ffmpeg
@pytest.mark.parametrize(("ending", "frame"), [("mp4", 2), ("mp4", 81), ("gif", 30)])
def test_what_a_killed_film_left_is_removed_by_the_next(short, tmp_path, ending, frame):
    path = tmp_path / f"race.{ending}"
    done = subprocess.run([sys.executable, "-c", KILLED, path, str(frame)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    [left] = tmp_path.iterdir()
    assert left.name.startswith(".race.")
    beside = tmp_path / ".other.01234567.mp4"  # of another film
    beside.touch()
    write(short, path)
    assert {entry.name for entry in tmp_path.iterdir()} == {path.name, beside.name}


def test_a_draft_that_is_being_written_is_left_alone(tmp_path):
    """Two processes write one file: the last one to end has it."""
    path = tmp_path / "race.png"
    with replacing(path) as one:
        with replacing(path) as other:
            check_writable(path)
            one.write_bytes(b"one")
            other.write_bytes(b"other")
        assert path.read_bytes() == b"other"
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


@needs_ffmpeg
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whenever_it_is_ended_nothing_is_left_and_no_ffmpeg_runs_on(tmp_path, number):
    """At moments that no test could choose: over all of the film, from the start of ffmpeg on."""
    for moment in (0.0, 0.3, 0.8):
        program = f"""
import os, signal, sys, threading
from ravine import cli
from ravine.film import encode
from ravine.film import write as film
popen = encode.subprocess.Popen
def started(*arguments, **more):
    encode.subprocess.Popen = popen
    threading.Timer({moment}, os.kill, (os.getpid(), {int(number)})).start()
    return popen(*arguments, **more)
encode.subprocess.Popen = started
cli.main(["race", "ravine", "sgd", "-o", {str(tmp_path / "race.mp4")!r}])
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=120)
        assert done.returncode in (128 + number, 0), done.stderr
        left = subprocess.run(["pgrep", "-f", f"file:{tmp_path}"], capture_output=True, text=True).stdout
        assert left == ""
        assert [path.name for path in tmp_path.iterdir()] in ([], ["race.mp4"])


@pytest.mark.parametrize(
    ("name", "says"),
    [("race.txt", "must be one of .png .svg"), ("no/race.png", "there is no folder"), ("folder.png", "is a folder")],
)
def test_a_path_that_cannot_be_written_is_refused(short, tmp_path, name, says):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ravine.RavineError, match=says):
        write(short, tmp_path / name)
