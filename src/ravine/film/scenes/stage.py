"""What every scene is drawn on: a figure of 1280 by 720 whose type can be read on a telephone, and what moves on it."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from ravine.errors import RavineError
from ravine.film.picture import FAINT, INK
from ravine.shown import drawn

WIDTH, HEIGHT = 1280, 720
HEADING, BODY, SMALL = 50, 42, 36  # type in pixels: on a telephone of 360 pixels across, 36 are still 10
NAMES = 140  # where names of what is drawn stand, in pixels from the top: below, players put captions
GROUND = "#fbfaf6"
# What is lit up, one after the other: colours of the palette that stand on the ground with 4.5 to 1.
LIT = ("#b34700", "#00649f", "#00755a", "#a8357a")

Frame = np.ndarray  # (height, width, 4), RGBA bytes


class Drawn(Protocol):
    """A scene that is drawn, and moves."""

    stage: "Stage"

    def show(self, beat: int, share: float) -> Hashable:
        """Moves to that share (0 to 1) of the sentence of that number; what it returns is equal for equal pictures."""


class Stage:
    """A figure. `moving` are its artists that change from frame to frame; the rest is drawn once.

    width: of its frames in pixels; type and lines keep their share of it.
    """

    def __init__(self, width: int = WIDTH) -> None:
        self.figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100 * width / WIDTH, facecolor=GROUND)
        FigureCanvasAgg(self.figure)
        self.moving: list[Artist] = []

    def text(self, x: float, y: float, words: str, size: float = BODY, **look: Any) -> Text:
        """Words at a place in pixels of 1280 by 720, from the upper left corner."""
        look = {"color": INK, "va": "center", **look}
        return self.figure.text(x / WIDTH, 1 - y / HEIGHT, drawn(words), fontsize=points(size), **look)

    def heading(self, words: str) -> None:
        self.text(48, 60, words, HEADING, weight="bold")

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes in pixels, as `text` has them."""
        axes = self.figure.add_axes((left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT))
        axes.tick_params(colors=FAINT, labelsize=points(SMALL), length=0, pad=8)
        for spine in axes.spines.values():
            spine.set_color("#c3cad0")
        return axes

    def add(self, *artists: Artist) -> None:
        """These move."""
        for artist in artists:
            artist.set_animated(True)
        self.moving += artists

    def frames(self, scene: Drawn, moments: Iterator[tuple[int, float]]) -> Iterator[Frame]:
        """A frame for each moment (sentence, share of it). Where nothing changes it is the same array once more."""
        canvas: Any = self.figure.canvas
        canvas.draw()
        still = canvas.copy_from_bbox(self.figure.bbox)
        last: Hashable = None
        frame = np.asarray(canvas.buffer_rgba())
        for beat, share in moments:
            key = scene.show(beat, share)
            if key != last:
                canvas.restore_region(still)
                for artist in self.moving:
                    (artist.axes or self.figure).draw_artist(artist)
                last = key
            yield frame


def points(pixels: float) -> float:
    """The size of type in points, at 100 dots an inch."""
    return pixels * 72 / 100


def font(pixels: float, **look: Any) -> FontProperties:
    return FontProperties(size=points(pixels), **look)


def number_shown(text: str, word: str) -> float | None:
    """40 of "step 40"; None where the sentence says nothing of it."""
    name, _, value = text.partition(" ")
    return float(value) if name == word and value else None


def names_shown(text: str, word: str) -> list[str] | None:
    """["v", "lr"] of "lit v lr"; None where the sentence says nothing of it."""
    name, *rest = text.split() or [""]
    return rest if name == word else None


def width_of(words: Text, stage: Stage) -> float:
    """In pixels of 1280 by 720."""
    return float(words.get_window_extent().width) * WIDTH / float(stage.figure.bbox.width)


def fact(facts: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in facts:
        raise RavineError(f"a scene of the kind {kind} says {name}")
    return facts[name]
