"""Narration: sentences spoken on this machine, by the best voice that it has."""

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ravine.errors import RavineError
from ravine.film import espeak_voice, hibari_voice

Samples = NDArray[np.float32]

FADE = 0.01  # seconds at both ends of a sentence, so that none begins or ends with a click


class Voice(Protocol):
    """A speaker. name: of what speaks; rate: in samples a second."""

    name: str
    rate: int

    def unknown_words(self, text: str) -> list[str]:
        """The words whose sound it would guess."""

    def sound(self, text: str) -> Samples:
        """A sentence, (samples,), mono, from its first sound to its last."""


def find_voice() -> Voice | None:
    """hibari-tts's; else espeak-ng's; None where neither is installed."""
    return hibari_voice.find() or espeak_voice.find()


def speak(sentences: Iterable[str], voice: Voice, said: Callable[[], None] = lambda: None) -> list[Samples]:
    """The sound of each sentence; `said` is called after each.

    RavineError for a word at whose sound the voice would guess.
    """
    spoken = []
    for sentence in sentences:
        if guessed := voice.unknown_words(sentence):
            raise RavineError(
                f"{voice.name} would guess at {', '.join(guessed)}: "
                "say how it is pronounced in ravine/film/pronunciation.py"
            )
        sound = voice.sound(sentence)
        ramp = np.linspace(0, 1, round(FADE * voice.rate), dtype=np.float32)
        sound[: len(ramp)] *= ramp
        sound[-len(ramp) :] *= ramp[::-1]
        spoken.append(sound)
        said()
    return spoken
