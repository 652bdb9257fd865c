"""A rule's formula, in which each part lights up as it is named."""

import re
from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from ravine.backends import latex
from ravine.equations.fix import fixed
from ravine.errors import RavineError
from ravine.film.picture import INK
from ravine.film.scenes.stage import BODY, HEIGHT, LIT, NAMES, WIDTH, Stage, fact, font, names_shown, width_of
from ravine.rules import find_rule
from ravine.storyboard import Scene

LARGEST, ROOM, TOP, FOOT, APART = 96, 1160, 180, 620, 70  # pixels: of type, across, from where to where, columns
MANY = 5  # lines that no more stand below each other

_ATOM = re.compile(r"\\hat\{[^}]*\}|\\[A-Za-z]+|\\.|[^\s{}_^]")
_SILENT = {r"\left", r"\right", r"\,", r"\dfrac", r"\text"}


class Glyph(NamedTuple):
    patch: PathPatch
    owner: str  # the symbol, in TeX, that it belongs to


class FormulaScene:
    """facts: title, rule, from (its first line that is shown), fixed (settings that make parts fall away), meanings
    (what a lit symbol is called).

    A sentence shows "lit NAME…": these symbols of the rule's light up, with their meanings.
    """

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.stage = stage
        facts = scene.facts
        rule = find_rule(fact(facts, "rule", scene.kind))
        stage.heading(fact(facts, "title", scene.kind))
        written = latex.lines(fixed(rule.equation, dict(facts.get("fixed", {}))))[int(facts.get("from", 0)) :]
        lines = [" ".join(line).replace(r"\frac", r"\dfrac") for line in written]
        self.glyphs = list(_typeset(stage, lines))
        self.symbols = {name: latex.symbol(name) for name in facts.get("meanings", {})}
        self.words = {
            name: stage.text(0, NAMES, words, BODY, weight="bold") for name, words in facts.get("meanings", {}).items()
        }
        stage.add(*(glyph.patch for glyph in self.glyphs), *self.words.values())
        self.lit: list[tuple[str, ...]] = [()]
        for sentence in scene.sentences:
            names = names_shown(sentence.shows, "lit")
            self.lit.append(self.lit[-1] if names is None else tuple(names))
            for name in self.lit[-1]:
                if name not in self.symbols:
                    raise RavineError(f"{name} is lit up, but meanings does not say what it is")
                if not any(glyph.owner == self.symbols[name] for glyph in self.glyphs):
                    raise RavineError(f"{name} does not stand in the formula of {rule.name}")

    def show(self, beat: int, share: float) -> Hashable:
        before, now = self.lit[beat], self.lit[beat + 1]
        turned = min(1.0, round(share * 6, 1))
        colours = {name: _mixed(INK, LIT[place % len(LIT)], turned if name not in before else 1.0)
                   for place, name in enumerate(now)}  # fmt: skip
        by_symbol = {self.symbols[name]: colour for name, colour in colours.items()}
        for glyph in self.glyphs:
            colour = by_symbol.get(glyph.owner)
            glyph.patch.set(facecolor=colour or INK, edgecolor=colour or INK, linewidth=0 if colour is None else 1.1)
        _in_a_row([self.words[name] for name in now], self.stage)
        for name, words in self.words.items():
            words.set(alpha=0.0 if name not in now else 1.0, color=colours.get(name, INK))
        return now, turned


def _mixed(start: str, end: str, share: float) -> tuple[float, ...]:
    return tuple((1 - share) * np.array(to_rgb(start)) + share * np.array(to_rgb(end)))


def _in_a_row(words: list[Text], stage: Stage) -> None:
    left = 60.0
    for each in words:
        each.set_x(left / WIDTH)
        left += width_of(each, stage) + 50


def _typeset(stage: Stage, lines: list[str]) -> Iterator[Glyph]:
    """The glyphs of all lines, as patches of the figure, each with the symbol that it belongs to. Many lines take two
    columns."""
    measured = [text_to_path.get_glyphs_mathtext(font(100, math_fontfamily="stix"), f"${line}$") for line in lines]
    every = [_Line(line, *glyphs, *_extent(glyphs)) for line, glyphs in zip(lines, measured, strict=True)]
    columns = [every] if len(every) < MANY else [every[: len(every) // 2], every[len(every) // 2 :]]
    gap = 0.35 * min(line.tall for line in every)
    talls = [sum(line.tall for line in column) + gap * (len(column) - 1) for column in columns]
    across = ROOM - APART * (len(columns) - 1)
    widths = [max(line.right for line in column) for column in columns]
    scale = min(LARGEST / 72, across / sum(widths), (FOOT - TOP) / (max(talls) + 2 * gap))
    left = 60.0
    for column, tall, width in zip(columns, talls, widths, strict=True):
        y = TOP + (FOOT - TOP - scale * tall) / 2
        for line in column:
            yield from _set(stage, line, left, y + scale * line.top, scale)
            y += scale * (line.tall + gap)
        left += scale * width + APART


class _Line(NamedTuple):
    """A line in TeX with its glyphs, outlines and bars, as mathtext gives them, and how far they reach."""

    tex: str
    glyphs: list[Any]
    outlines: dict[str, Any]
    bars: list[Any]
    right: float
    bottom: float
    top: float

    @property
    def tall(self) -> float:
        return self.top - self.bottom


def _set(stage: Stage, line: _Line, left: float, base: float, scale: float) -> Iterator[Glyph]:
    owners = list(owned(line.tex))
    if len(owners) != len(line.glyphs):
        raise RavineError(f"{line.tex} cannot be lit up: {len(owners)} symbols, {len(line.glyphs)} glyphs")
    place = Affine2D().scale(scale).translate(left, HEIGHT - base).scale(1 / WIDTH, 1 / HEIGHT)
    for (name, x, up, size), owner in zip(line.glyphs, owners, strict=True):
        vertices, codes = line.outlines[name]
        outline = Path(np.asarray(vertices) * size + (x, up), codes)
        yield Glyph(_patch(stage, place.transform_path(outline)), owner)
    for vertices, codes in line.bars:
        yield Glyph(_patch(stage, place.transform_path(Path(vertices, codes))), "")


def _patch(stage: Stage, outline: Path) -> PathPatch:
    patch = PathPatch(outline, facecolor=INK, linewidth=0, transform=stage.figure.transFigure)
    stage.figure.add_artist(patch)
    return patch


def _extent(line: tuple[Any, Any, Any]) -> tuple[float, float, float]:
    """How far its glyphs reach to the right, down and up."""
    glyphs, outlines, _ = line
    places = [np.asarray(outlines[name][0]) * size + (x, up) for name, x, up, size in glyphs if len(outlines[name][0])]
    every = np.vstack(places)
    return float(every[:, 0].max()), float(every[:, 1].min()), float(every[:, 1].max())


def owned(tex: str) -> Iterator[str]:
    r"""The symbol that each glyph of the formula belongs to, in the order in which mathtext sets them.

    What stands below or above a symbol is its own: all four glyphs of v_{t-1} belong to v, and both of β_1 to \beta_1.
    """
    place = 0
    while place < len(tex):
        if tex[place] in " {}":
            place += 1
            continue
        found = _ATOM.match(tex, place)
        if found is None:
            raise RavineError(f"what is {tex[place:]} in a formula?")
        atom, place = found[0], found.end()
        attached = {}
        while place < len(tex) and tex[place] in "_^":
            sign = tex[place]
            attached[sign], place = _group(tex, place + 1)
        if atom in _SILENT:
            continue
        below = attached.get("_", "")
        owner = f"{atom}_{below}" if below.isdigit() else atom
        count = 2 if atom.startswith(r"\hat") else 1
        above = [*owned(attached.get("^", "")), *owned(below)]
        yield from [owner] * (count + len(above))


def _group(tex: str, place: int) -> tuple[str, int]:
    """The group in braces, or the one letter, that begins there, and where it ends."""
    if tex[place] != "{":
        return tex[place], place + 1
    end = tex.index("}", place)
    return tex[place + 1 : end], end + 1
