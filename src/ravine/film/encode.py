"""From frames to a film: ffmpeg for MP4 and WebM, Pillow for GIF."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from ravine.errors import RavineError, install
from ravine.signals import signals_held

PICTURES = (".png", ".svg")
FILMS = (".mp4", ".webm", ".gif")
ENDINGS = (*PICTURES, *FILMS)
FRAMES_A_SECOND = 30
GIF_EVERY = 2  # a GIF shows every other frame, at half the size: it holds whole pictures

_CODECS = {
    ".mp4": "-c:v libx264 -preset veryfast -crf 20 -movflags +faststart",
    ".webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -row-mt 1 -crf 32 -b:v 0",
}

Frame = np.ndarray  # (height, width, 4), RGBA bytes


def find_ffmpeg() -> str:
    """The system's ffmpeg, or the one of the package imageio-ffmpeg."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError:
        raise RavineError(
            f"films need ffmpeg: install your system's ffmpeg package, or {install('film')}; "
            ".png, .svg and .gif work without"
        ) from None
    return str(get_ffmpeg_exe())


def encode(frames: Iterable[Frame], path: Path, finale: Frame) -> None:
    """Writes the frames to `path`; its ending says how. `finale` is like the last one: it has every colour.

    RavineError where the film cannot be written, or what is there afterwards is not all of it: it is read again.
    """
    if path.suffix.lower() == ".gif":
        _gif(frames, path, finale)
        return
    height, width, _ = finale.shape
    count = 0

    def counted() -> Iterator[memoryview]:
        nonlocal count
        for frame in frames:
            yield frame.data
            count += 1

    place = f"file:{path}"  # else a colon in a name would be a protocol
    picture = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}", "-r", str(FRAMES_A_SECOND)]
    codec = [*_CODECS[path.suffix.lower()].split(), "-pix_fmt", "yuv420p"]
    written = _ffmpeg(["-y", *picture, "-i", "-", *codec, place], counted())
    # It ends well also where it could not write everything.
    read = _ffmpeg(["-xerror", "-i", place, "-map", "0:v", "-f", "null", "-progress", "pipe:1", "-"])
    if written.status or read.status or not _holds(read.told, count):
        complaint = written.complaint or read.complaint or f"it holds fewer than {count} frames"
        raise RavineError(f"ffmpeg could not write the film: {complaint}")


def _holds(progress: str, count: int) -> bool:
    """Whether what ffmpeg read, by its own report, is so many frames, and lasts as long as they do."""
    facts = dict(line.partition("=")[::2] for line in progress.split())
    seconds = float(facts.get("out_time_us", "0")) / 1e6
    return int(facts.get("frame", 0)) == count and abs(seconds - count / FRAMES_A_SECOND) < 2 / FRAMES_A_SECOND


class _Done(NamedTuple):
    """How ffmpeg ended: with which status, what it printed, and its last complaint, without the file's name."""

    status: int
    told: str
    complaint: str


def _ffmpeg(arguments: Sequence[str], frames: Iterable[memoryview] = ()) -> _Done:
    process = None
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as complaints:
        try:
            with signals_held():
                command = [find_ffmpeg(), "-loglevel", "error", *arguments]
                process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=told, stderr=complaints)
            assert process.stdin
            with suppress(BrokenPipeError), process.stdin as pipe:  # it ended early; its own words say why
                for frame in frames:
                    pipe.write(frame)
            status = process.wait()
        finally:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        told.seek(0)
        complaints.seek(0)
        words = complaints.read().decode(errors="replace").strip().splitlines()
        return _Done(status, told.read().decode(errors="replace"), words[-1].rpartition(": ")[2] if words else "")


def _gif(frames: Iterable[Frame], path: Path, finale: Frame) -> None:
    palette = _palette(_halved(finale))
    shown = (frame for number, frame in enumerate(frames) if number % GIF_EVERY == 0)
    images = (_halved(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in shown)
    milliseconds = round(1000 * GIF_EVERY / FRAMES_A_SECOND)
    next(images).save(path, save_all=True, append_images=images, duration=milliseconds, loop=0, optimize=False)


def _palette(picture: Image.Image) -> Image.Image:
    """256 colours for all frames, so that they do not flicker: most by frequency, the rest so that none is far."""
    frequent = picture.quantize(192, method=Image.Quantize.MEDIANCUT).getpalette() or []
    rare = picture.quantize(64, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(frequent[: 3 * 192] + rare[: 3 * 64])
    return palette


def _halved(frame: Frame) -> Image.Image:
    whole = Image.fromarray(frame[..., :3])
    return whole.resize((whole.width // 2, whole.height // 2), Image.Resampling.LANCZOS)
