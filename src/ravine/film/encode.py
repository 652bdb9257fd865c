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

_VOICES = {".mp4": "-c:a aac -b:a 128k", ".webm": "-c:a libopus -b:a 64k"}

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
    encode_all(frames, (width, height), [path])


def encode_all(
    frames: Iterable[Frame],
    size: tuple[int, int],
    paths: Sequence[Path],
    sound: Path | None = None,
    rate: int = FRAMES_A_SECOND,
    cuts: Sequence[float] = (),
) -> None:
    """Writes the same frames to each path (.mp4, .webm) at once, with a sound file's sound if there is one.

    size: width and height of the frames in pixels; rate: frames a second. cuts: the seconds at which the picture is
    another, so that nothing of the old one shines through, and one can jump there. RavineError as in `encode`.
    """
    count = 0

    def counted() -> Iterator[memoryview]:
        nonlocal count
        for frame in frames:
            yield frame.data
            count += 1

    places = [f"file:{path}" for path in paths]  # else a colon in a name would be a protocol
    command = ["-y", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{size[0]}x{size[1]}", "-r", str(rate), "-i", "-"]
    command += [] if sound is None else ["-i", f"file:{sound}"]
    for path, place in zip(paths, places, strict=True):
        codec = [*_CODECS[path.suffix.lower()].split(), "-pix_fmt", "yuv420p"]
        heard = [] if sound is None else ["-map", "1:a", *_VOICES[path.suffix.lower()].split()]
        keys = ["-force_key_frames", ",".join(f"{cut:.3f}" for cut in cuts)] if cuts else []
        command += ["-map", "0:v", *codec, *keys, *heard, place]
    written = ffmpeg(command, counted())
    for place in places:  # it ends well also where it could not write everything
        read = ffmpeg(["-xerror", "-i", place, "-map", "0:v", "-f", "null", "-progress", "pipe:1", "-"])
        if written.status or read.status or not _holds(read.told, count, rate):
            complaint = written.complaint or read.complaint or f"it holds fewer than {count} frames"
            raise RavineError(f"ffmpeg could not write the film: {complaint}")


def _holds(progress: str, count: int, rate: int) -> bool:
    """Whether what ffmpeg read, by its own report, is so many frames, and lasts as long as they do."""
    facts = dict(line.partition("=")[::2] for line in progress.split())
    seconds = float(facts.get("out_time_us", "0")) / 1e6
    return int(facts.get("frame", 0)) == count and abs(seconds - count / rate) < 2 / rate


class Done(NamedTuple):
    """How ffmpeg ended: its status, its output, its last complaint without the file's name, and all it logged."""

    status: int
    told: str
    complaint: str
    log: str


def ffmpeg(arguments: Sequence[str], frames: Iterable[memoryview] = ()) -> Done:
    """Runs it, with these frames as its input; it ends with this process, whatever ends that."""
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
        log = complaints.read().decode(errors="replace").strip()
        last = log.splitlines()[-1].rpartition(": ")[2] if log else ""
        return Done(status, told.read().decode(errors="replace"), last, log)


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
