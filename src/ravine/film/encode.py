"""From frames to a film: ffmpeg for MP4 and WebM, Pillow for GIF."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from ravine.errors import RavineError

PICTURES = (".png", ".svg")
FILMS = (".mp4", ".webm", ".gif")
ENDINGS = (*PICTURES, *FILMS)
FRAMES_A_SECOND = 30
GIF_EVERY = 2  # a GIF shows every other frame, at half the size: it holds whole pictures

_CODECS = {
    ".mp4": ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-movflags", "+faststart"],
    ".webm": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-crf", "32", "-b:v", "0"],
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
            "films need ffmpeg: install your system's ffmpeg package, or pip install 'ravine[film]'; "
            ".png, .svg and .gif work without"
        ) from None
    return str(get_ffmpeg_exe())


def encode(frames: Iterable[Frame], size: tuple[int, int], path: Path) -> None:
    """Writes the frames, each of `size` (width, height), to `path`; its ending says how."""
    if path.suffix == ".gif":
        _gif(frames, path)
    else:
        _ffmpeg(frames, size, path)


def _ffmpeg(frames: Iterable[Frame], size: tuple[int, int], path: Path) -> None:
    picture = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{size[0]}x{size[1]}", "-r", str(FRAMES_A_SECOND)]
    command = [find_ffmpeg(), "-y", "-loglevel", "error", *picture, "-i", "-", *_CODECS[path.suffix]]
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


def _gif(frames: Iterable[Frame], path: Path) -> None:
    def pictures() -> Iterator[Image.Image]:
        for number, frame in enumerate(frames):
            if number % GIF_EVERY == 0:
                whole = Image.fromarray(frame[..., :3])
                yield whole.resize((whole.width // 2, whole.height // 2), Image.Resampling.LANCZOS)

    images = pictures()
    # One palette for all frames, from the last colours that the first frame shows, keeps them from flickering.
    first = next(images).quantize(128, dither=Image.Dither.NONE)
    rest = (image.quantize(palette=first, dither=Image.Dither.NONE) for image in images)
    milliseconds = round(1000 * GIF_EVERY / FRAMES_A_SECOND)
    first.save(path, save_all=True, append_images=rest, duration=milliseconds, loop=0, optimize=False)
