"""A storyboard as a video: WebM and MP4 with narration, captions beside them, and a poster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, nullcontext
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from ravine.files import check_writable, replacing
from ravine.film.captions import Cue, cues, webvtt
from ravine.film.encode import FRAMES_A_SECOND, Frame, encode_all, find_ffmpeg
from ravine.film.scenes import draw
from ravine.film.scenes.stage import HEIGHT, WIDTH
from ravine.film.sound import sound_file
from ravine.film.speech import Voice, speak
from ravine.film.timeline import Beat, moments, silent_lengths, timeline
from ravine.storyboard import Scene, Storyboard

ENDINGS = (".webm", ".mp4", ".vtt", ".png")
FADE = 0.27  # seconds from one scene to the next

Progress = Callable[[int, int], None]


def check_files(board: Storyboard, folder: Path) -> None:
    """Refuses, before any work is done, files that could not be written at its end."""
    for ending in ENDINGS:
        check_writable(folder / f"{board.name}{ending}")


def render(
    board: Storyboard,
    folder: Path,
    on_frame: Progress = lambda done, total: None,
    *,
    width: int = WIDTH,
    rate: int = FRAMES_A_SECOND,
    voice: Voice | None,
) -> list[Beat]:
    """Writes NAME.webm, .mp4, .vtt and .png (the poster) to the folder, each whole or not at all. Returns its clock.

    width: of its frames in pixels, 16 to 9; rate: frames a second. voice: that speaks it; None: nobody.
    `on_frame(done, total)` is called for each frame.
    """
    find_ffmpeg()
    check_files(board, folder)
    texts = [sentence.text for sentence in board.sentences]
    spoken = speak(texts, voice, lambda: on_frame(0, 1)) if voice else []
    beats = timeline(board, [len(sound) / voice.rate for sound in spoken] if voice else silent_lengths(board))
    total = round(beats[-1].until * rate)
    shown = _counted(frames(board, beats, width, rate), lambda done: on_frame(done, total))
    size = (width, round(width * HEIGHT / WIDTH))
    with ExitStack() as stack:
        drafts = {ending: stack.enter_context(replacing(folder / f"{board.name}{ending}")) for ending in ENDINGS}
        sound = stack.enter_context(sound_file(spoken, voice.rate, beats) if voice else nullcontext())
        drafts[".vtt"].write_text(webvtt(captions(board, beats)), encoding="utf-8")
        drafts[".png"].write_bytes(still(board.scenes[0], width))
        cuts = [beat.start + FADE for beat in beats if beat.number == 0]
        encode_all(shown, size, [drafts[".webm"], drafts[".mp4"]], sound, rate, cuts)
    return beats


def captions(board: Storyboard, beats: Iterable[Beat]) -> list[Cue]:
    return cues([(said.text, beat.start, beat.end) for said, beat in zip(board.sentences, beats, strict=True)])


def frames(board: Storyboard, beats: list[Beat], width: int = WIDTH, rate: int = FRAMES_A_SECOND) -> Iterator[Frame]:
    """Every frame in order, (height, width, 4). The same array comes once more where nothing has changed."""
    before: Frame | None = None
    fading = round(FADE * rate)
    for place, scene in enumerate(board.scenes):
        drawn = draw(scene, width)
        for number, frame in enumerate(drawn.stage.frames(drawn, moments(beats, place, rate))):
            if before is not None and number < fading:
                share = (number + 1) / (fading + 1)
                yield (before * (1 - share) + frame * share).astype(np.uint8)
                continue
            yield frame
        before = frame.copy()


def still(scene: Scene, width: int = WIDTH) -> bytes:
    """The scene when all is said, as PNG."""
    drawn = draw(scene, width)
    (frame,) = drawn.stage.frames(drawn, iter([(len(scene.sentences) - 1, 1.0)]))
    written = BytesIO()
    Image.fromarray(frame[..., :3]).quantize(256, dither=Image.Dither.NONE).save(written, "PNG")
    return written.getvalue()


def _counted(frames: Iterator[Frame], advance: Callable[[int], None]) -> Iterator[Frame]:
    for number, frame in enumerate(frames, start=1):
        yield frame
        advance(number)
