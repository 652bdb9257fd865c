"""One step of a rule with momentum, taken apart: what the last one left, what the slope adds, and where it is asked."""

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from ravine.backends.numpy import Array
from ravine.film.picture import INK, draw_land
from ravine.film.scenes.stage import BODY, LIT, NAMES, Stage, fact, names_shown, width_of
from ravine.landscapes import Domain, landscapes
from ravine.storyboard import Scene
from ravine.trajectory import Trajectory, descend

PARTS = {
    "carried": ("left over", LIT[1]),
    "slope": ("slope", LIT[0]),
    "step": ("the step", INK),
    "ahead": ("asked here", LIT[2]),
}


class AnatomyScene:
    """facts: title, landscape, rule (momentum or nesterov_lookahead), lr, momentum, step: that after so many.

    A sentence shows "parts NAME…", of point, carried, slope, step, and ahead.
    """

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.stage = stage
        facts = scene.facts
        kind = scene.kind
        land = landscapes[fact(facts, "landscape", kind)]
        at, momentum = int(fact(facts, "step", kind)), float(fact(facts, "momentum", kind))
        run = descend(fact(facts, "rule", kind), land.name, steps=at + 1, lr=float(facts["lr"]), momentum=momentum)
        here, carried, step = parts_of(run, at, momentum)
        stage.heading(fact(facts, "title", kind))
        axes = stage.axes(48, 186, 1184, 424)
        draw_land(axes, replace(land, domain=_around(here, carried, step), minima=(), saddles=()))
        axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
        axes.plot(*run.points[: at + 1].T, color=INK, linewidth=3, alpha=0.35, marker="o", markersize=7)
        (point,) = axes.plot(*here, "o", color=INK, markersize=18)
        # The slope's arrow begins where momentum has carried it, so that both arrows end where the step does.
        self.artists: dict[str, list[Artist]] = {
            "point": [point],
            "carried": [_arrow(axes, here, here + carried, PARTS["carried"][1])],
            "slope": [_arrow(axes, here + carried, here + step, PARTS["slope"][1])],
            "step": [_arrow(axes, here, here + step, PARTS["step"][1])],
            "ahead": [*axes.plot(*(here + carried), "D", color=PARTS["ahead"][1], markersize=18)],
        }
        self.shown: list[tuple[str, ...]] = [()]
        for sentence in scene.sentences:
            names = names_shown(sentence.shows, "parts")
            self.shown.append(self.shown[-1] if names is None else tuple(names))
        used = [name for name in PARTS if any(name in shown for shown in self.shown)]
        left = 64.0
        for name in used:
            words = stage.text(left, NAMES, PARTS[name][0], BODY, color=PARTS[name][1], weight="bold")
            left += width_of(words, stage) + 48
            self.artists[name] = [*self.artists[name], words]
        stage.add(*(artist for artists in self.artists.values() for artist in artists))

    def show(self, beat: int, share: float) -> Hashable:
        before, now = self.shown[beat], self.shown[beat + 1]
        come = min(1.0, round(share * 4, 1))
        for name, artists in self.artists.items():
            for artist in artists:
                artist.set_alpha(0.0 if name not in now else 1.0 if name in before else come)
        return now, come


def parts_of(run: Trajectory, at: int, momentum: float) -> tuple[Array, Array, Array]:
    """Where it stands after step `at`, what of the last step carries on, and the next step; (2,) each.

    The rest of the step is what the slope adds, taken where the rule wants it.
    """
    here, before = run.points[at], run.points[at - 1]
    return here, momentum * (here - before), run.points[at + 1] - here


def _around(here: Array, carried: Array, step: Array) -> Domain:
    """All arrows, with room about them, in the proportions of the axes."""
    ends = np.array([here, here + carried, here + step])
    middle = (ends.min(axis=0) + ends.max(axis=0)) / 2
    height = 1.5 * max(np.ptp(ends[:, 1]), np.ptp(ends[:, 0]) * 424 / 1184)
    (left, low), (right, high) = (middle + sign * height / 2 * np.array([1184 / 424, 1]) for sign in (-1, 1))
    return Domain((float(left), float(right)), (float(low), float(high)))


def _arrow(axes: Axes, start: Array, end: Array, colour: str) -> FancyArrowPatch:
    arrow = FancyArrowPatch(
        (start[0], start[1]), (end[0], end[1]), color=colour, linewidth=6, arrowstyle="-|>", mutation_scale=34,
        shrinkA=0, shrinkB=0, zorder=30,
    )  # fmt: skip
    axes.add_patch(arrow)
    return arrow
