"""How the field's words are said, where a voice that knows English alone would guess. One lexicon for every voice."""

import re
from collections.abc import Callable

# In misaki's letters: A, I, O, W, Y are the vowels of day, my, go, now, boy; T is a soft t; ˈ stands before the stress.
LEXICON = {
    "Adadelta": "ˌædədˈɛltə",
    "Adagrad": "ˈædəɡɹˌæd",
    "Adam": "ˈædəm",
    "Adam's": "ˈædəmz",
    "AdamW": "ˈædəm dˈʌbᵊljˌu",
    "Glorot": "ɡlɔɹˈO",
    "Glorot's": "ɡlɔɹˈOz",
    "He": "hˈʌ",  # Kaiming He, of whom the scripts speak; the pronoun begins no sentence of theirs
    "He's": "hˈʌz",
    "Nesterov": "nˈɛstəɹˌɔf",
    "Nesterov's": "nˈɛstəɹˌɔfs",
    "PyTorch": "pˈItˌɔɹʧ",
    "PyTorch's": "pˈItˌɔɹʧᵻz",
    "RMSprop": "ˌɑɹˌɛmˈɛs pɹˈɑp",
    "ReLU": "ɹˈɛlu",
    "Tanh": "tˈænʧ",
    "optimizer": "ˈɑptəmˌIzəɹ",
    "tanh": "tˈænʧ",
    "mini-batches": "mˈɪni bˌæʧᵻz",
    "1e-3": "wˈʌn ˈi mˈInəs θɹˈi",
}
_WORDS = re.compile(
    rf"(?<![\w-])({'|'.join(re.escape(word) for word in sorted(LEXICON, key=len, reverse=True))})(?![\w-]|'s)"
)


def in_lexicon(text: str, written: Callable[[str], str]) -> str:
    """The text with each word of the lexicon as it is written for a voice."""
    return _WORDS.sub(lambda word: written(word[0]), text)
