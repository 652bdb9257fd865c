"""Narration: sentences spoken by hibari-tts, whose English voice comes in its wheel and needs no network."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravine.errors import RavineError
from ravine.film.pronunciation import marked

Samples = NDArray[np.float32]

RATE = 24_000  # samples a second
SEED = 0  # of the voice's breath: the same script sounds the same
FADE = 240  # samples at both ends of a sentence, so that none begins or ends with a click


def can_speak() -> bool:
    """Whether hibari-tts is installed."""
    try:
        import hibari  # noqa: F401
    except ImportError:
        return False
    return True


def speak(sentences: Iterable[str], said: Callable[[], None] = lambda: None) -> list[Samples]:
    """The sound of each sentence, (samples,), mono; `said` is called after each.

    RavineError for a word at whose sound the voice would guess.
    """
    spoken = []
    for sentence in sentences:
        if guessed := unknown_words(sentence):
            raise RavineError(
                f"the voice would guess at {', '.join(guessed)}: "
                "say how it is pronounced in ravine/film/pronunciation.py"
            )
        sound = np.asarray(_voice()[0](marked(sentence), seed=SEED), dtype=np.float32)
        ramp = np.linspace(0, 1, FADE, dtype=np.float32)
        sound[:FADE] *= ramp
        sound[-FADE:] *= ramp[::-1]
        spoken.append(sound)
        said()
    return spoken


def unknown_words(text: str) -> list[str]:
    """The words that neither the voice's own dictionary nor ours holds, so that a network would guess at them."""
    voice, guessed = _voice()
    guessed.clear()
    voice.g2p(marked(text))
    return list(guessed)


@cache
def _voice() -> tuple[Any, list[str]]:
    """The voice, and the words at which it had to guess so far."""
    from hibari import Hibari
    from hibari.g2p import G2P

    guessed: list[str] = []

    def guess(word: str) -> str:
        guessed.append(word)
        return ""

    return Hibari(g2p=G2P(oov=guess)), guessed
