"""The voice of espeak-ng, a program that most systems have a package of; it speaks by rules of spelling."""

import re
import shutil
import subprocess

import numpy as np
from numpy.typing import NDArray

from ravine.errors import RavineError
from ravine.film.pronunciation import LEXICON, in_lexicon

SPEED = 160  # words a minute
QUIET = 0.004  # of full scale: what is softer, before and after, is not of the sentence
HEADER = 44  # bytes of a WAV file; written to a pipe, it does not say how long the sound is
# How espeak-ng writes (Kirshenbaum's ASCII) what the lexicon writes in misaki's letters.
PHONEMES = {
    **{same: same for same in "bdfhjklmnpstvwz"},
    **{"ɡ": "g", "ŋ": "N", "ɹ": "r", "ʃ": "S", "ʒ": "Z", "ð": "D", "θ": "T", "ʤ": "dZ", "ʧ": "tS"},
    **{"A": "eI", "I": "aI", "O": "oU", "W": "aU", "Y": "OI", "i": "i:", "u": "u:", "ɑ": "A:", "ɔ": "O:", "ɜ": "3:"},
    **{"æ": "a", "ɛ": "E", "ɪ": "I", "ʊ": "U", "ʌ": "V", "ə": "@", "ᵊ": "@", "ᵻ": "I2", "ˈ": "'", "ˌ": ",", " ": " "},
}
_NUMBER = re.compile(r"\d+(\.\d+)?")
_PLAIN = re.compile(r"[A-Za-z]?[a-z]*('[a-z]+)?")


class EspeakVoice:
    name = "espeak-ng"
    rate = 22_050

    def __init__(self, program: str) -> None:
        self._command = [program, "-v", "en-us", "-s", str(SPEED), "-b", "1", "-z", "--stdin"]

    def unknown_words(self, text: str) -> list[str]:
        """Names, and what is not spelt as English is: to these its rules do not apply. Other words it reads by rule."""
        words = in_lexicon(text, lambda word: "").split()
        bare = [re.sub(r"^\W+|\W+$", "", word) for word in words]
        ends = [True, *(word[-1] in ".?!" for word in words)]  # of a sentence, so that a capital says nothing
        return [
            word
            for word, first in zip(bare, ends, strict=False)
            if not _NUMBER.fullmatch(word)
            and (
                not all(map(_PLAIN.fullmatch, word.split("-"))) or (word[:1].isupper() and len(word) > 1 and not first)
            )
        ]

    def sound(self, text: str) -> NDArray[np.float32]:
        wave = self.ask(text, "--stdout")
        sound = np.frombuffer(wave[HEADER:], "<i2").astype(np.float32) / np.float32(32768)
        heard = np.flatnonzero(np.abs(sound) > QUIET)
        if heard.size == 0:
            raise RavineError(f"espeak-ng said nothing of: {text}")
        return sound[heard[0] : heard[-1] + 1]

    def ask(self, text: str, *options: str) -> bytes:
        """What the program writes of the text, in which each word of the lexicon is given by its sounds."""
        asked = subprocess.run([*self._command, *options], input=marked(text).encode(), capture_output=True)
        if asked.returncode:
            raise RavineError(f"espeak-ng failed: {asked.stderr.decode(errors='replace').strip()}")
        return asked.stdout


def find() -> EspeakVoice | None:
    """None where the program is not installed."""
    program = shutil.which("espeak-ng")
    return EspeakVoice(program) if program else None


def marked(text: str) -> str:
    """The text with each word of the lexicon as espeak-ng takes a pronunciation: [[r'Elu:]]."""
    return in_lexicon(text, lambda word: f"[[{''.join(PHONEMES[letter] for letter in LEXICON[word])}]]")
