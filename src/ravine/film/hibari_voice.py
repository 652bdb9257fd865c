"""The voice of hibari-tts, a small network that comes in its wheel and needs no other."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravine.film.pronunciation import LEXICON, in_lexicon

SEED = 0  # of the voice's breath: the same script sounds the same


class HibariVoice:
    name = "hibari-tts"
    rate = 24_000

    def __init__(self) -> None:
        from hibari import Hibari
        from hibari.g2p import G2P

        self._guessed: list[str] = []
        self.engine: Any = Hibari(g2p=G2P(oov=self._guess))

    def _guess(self, word: str) -> str:
        """Takes the place of the network that would."""
        self._guessed.append(word)
        return ""

    def unknown_words(self, text: str) -> list[str]:
        """Those that neither its own dictionary nor ours holds."""
        self._guessed.clear()
        self.engine.g2p(marked(text))
        return list(self._guessed)

    def sound(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.engine(marked(text), seed=SEED), dtype=np.float32)


@cache
def find() -> HibariVoice | None:
    """None where hibari-tts is not installed."""
    try:
        return HibariVoice()
    except ImportError:
        return None


def marked(text: str) -> str:
    """The text with each word of the lexicon as hibari takes a pronunciation: [ReLU](/ɹˈɛlu/)."""
    return in_lexicon(text, lambda word: f"[{word}](/{LEXICON[word]}/)")
