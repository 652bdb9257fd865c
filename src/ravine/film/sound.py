"""The sound of a video: sentences where they belong, at the loudness that listeners expect."""

import json
import re
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ravine.errors import RavineError
from ravine.files import scratch
from ravine.film.encode import ffmpeg
from ravine.film.speech import Samples
from ravine.film.timeline import Beat

LOUDNESS = -16  # LUFS (EBU R 128's measure), what podcasts and phones are levelled to
PEAK = -1.5  # dB true peak, so that no codec clips
_TARGET = f"loudnorm=I={LOUDNESS}:TP={PEAK}:LRA=11"


@contextmanager
def sound_file(spoken: Sequence[Samples], rate: int, beats: Sequence[Beat]) -> Iterator[Path]:
    """A sound file of the whole video, levelled: each sentence begins with its beat, and silence lies between.

    rate: of the sentences, in samples a second.
    """
    track = np.zeros(round(beats[-1].until * rate), dtype=np.float32)
    for sound, beat in zip(spoken, beats, strict=True):
        first = round(beat.start * rate)
        track[first : first + len(sound)] = sound
    with scratch("ravine-narration.wav") as plain, scratch("ravine-narration-levelled.wav") as levelled:
        _write(plain, track, rate)
        _level(plain, levelled)
        yield levelled


def _write(path: Path, track: Samples, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(track, -1, 1) * 32767).astype("<i2").tobytes())


def _level(plain: Path, levelled: Path) -> None:
    """In two passes: what is measured in the first lets the second turn one knob for the whole, and squeeze nothing."""
    stereo = "aformat=channel_layouts=stereo"
    read = ["-loglevel", "info", "-y", "-i", f"file:{plain}"]
    first = ffmpeg([*read, "-af", f"{stereo},{_TARGET}:print_format=json", "-f", "null", "-"])
    found = re.search(r"\{[^{}]*\}", first.log)
    if first.status or found is None:
        raise RavineError(f"ffmpeg could not level the narration: {first.complaint}")
    facts = json.loads(found[0])
    measured = ":".join(
        f"measured_{name}={facts[key]}"
        for name, key in (("I", "input_i"), ("TP", "input_tp"), ("LRA", "input_lra"), ("thresh", "input_thresh"))
    )
    known = f"{_TARGET}:{measured}:offset={facts['target_offset']}:linear=true"
    second = ffmpeg([*read, "-af", f"{stereo},{known}", "-ar", "48000", f"file:{levelled}"])
    if second.status:
        raise RavineError(f"ffmpeg could not level the narration: {second.complaint}")
