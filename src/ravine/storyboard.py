"""A video before it is drawn and spoken: scenes, and in each the sentences that are said over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sentence:
    """What is said in one breath, as captions and transcript show it.

    shows: what the scene has come to when it has been said, in the scene's own words, such as "step 40" or "lit v".
    """

    text: str
    shows: str = ""


@dataclass(frozen=True)
class Scene:
    """One picture that moves. kind: how it is drawn (`ravine.film.scenes`); facts: of what."""

    kind: str
    facts: Mapping[str, Any]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Storyboard:
    """name: of its files, down-the-ravine.webm; title: as text."""

    name: str
    title: str
    scenes: tuple[Scene, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for scene in self.scenes for sentence in scene.sentences)
