"""Files of a race: the right format, whole or not there."""

import shutil
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

import ravine
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


@pytest.mark.parametrize("formula", ["3 + 0*x", "log(x)", "where(x > 0, x, -y)", "1/(x - 1)", "abs(x) + maximum(x, y)"])
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


@pytest.mark.parametrize(
    ("name", "says"),
    [("race.txt", "must be one of .png .svg"), ("no/race.png", "there is no folder"), ("folder.png", "is a folder")],
)
def test_a_path_that_cannot_be_written_is_refused(short, tmp_path, name, says):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ravine.RavineError, match=says):
        write(short, tmp_path / name)
