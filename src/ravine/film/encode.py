"""From frames to a film: ffmpeg for MP4 and WebM, Pillow for GIF."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from ravine.errors import RavineError, install

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
    """Writes the frames to `path`; its ending says how. `finale` is like the last one: it has every colour."""
    if path.suffix.lower() == ".gif":
        _gif(frames, path, finale)
    else:
        _ffmpeg(frames, path, finale)


def _ffmpeg(frames: Iterable[Frame], path: Path, finale: Frame) -> None:
    height, width, _ = finale.shape
    picture = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}", "-r", str(FRAMES_A_SECOND)]
    command = [find_ffmpeg(), "-y", "-loglevel", "error", *picture, "-i", "-", *_CODECS[path.suffix.lower()].split()]
    command += ["-pix_fmt", "yuv420p", str(path)]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints)
        assert process.stdin
        try:
            for frame in frames:
                process.stdin.write(frame.data)
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg ended early; its own words say why
        except BaseException:
            process.kill()
            raise
        finally:
            status = process.wait()
        if status:
            complaints.seek(0)
            last = complaints.read().decode(errors="replace").strip().splitlines()[-1:]
            raise RavineError(f"ffmpeg could not write the film: {' '.join(last) or f'exit code {status}'}")


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
