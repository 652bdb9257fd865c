"""Curves that are drawn as they are spoken of, each with its name beside it; and bars on a scale of powers of ten."""

from collections.abc import Hashable, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ravine.errors import unknown
from ravine.film.picture import FAINT
from ravine.film.scenes.series import series
from ravine.film.scenes.stage import BODY, HEIGHT, NAMES, SMALL, WIDTH, Stage, fact, names_shown, points, width_of
from ravine.palette import LOOKS
from ravine.storyboard import Scene

COLOURS = [look.light for look in (LOOKS[0], LOOKS[1], LOOKS[2])]


class _Coming:
    """Series that come one after the other: a sentence shows "drawn NAME…", with _ for each space in a label."""

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.stage = stage
        self.facts = scene.facts
        stage.heading(fact(scene.facts, "title", scene.kind))
        self.labels = [one["label"] for one in fact(scene.facts, "series", scene.kind)]
        self.found = [
            series(fact(scene.facts, "source", scene.kind), scene.facts, one) for one in scene.facts["series"]
        ]
        names = [label.replace(" ", "_") for label in self.labels]
        self.shown: list[tuple[int, ...]] = [()]
        for sentence in scene.sentences:
            told = names_shown(sentence.shows, "drawn")
            for name in told or ():
                if name not in names:
                    raise unknown("series of this scene", name, names)
            self.shown.append(self.shown[-1] if told is None else tuple(names.index(name) for name in told))

    def share_of(self, number: int, beat: int, share: float) -> float:
        """How much of that series is drawn."""
        if number not in self.shown[beat + 1]:
            return 0.0
        return 1.0 if number in self.shown[beat] else round(min(1.0, share * 1.25), 3)


class CurvesScene(_Coming):
    """facts: title, source and what it asks for, x (what the axis is called), top (of the other), series."""

    def __init__(self, scene: Scene, stage: Stage) -> None:
        super().__init__(scene, stage)
        facts = self.facts
        axes = stage.axes(150, 190, 1070, 320)
        _quiet(axes, facts.get("x", ""))
        last = max(float(x[-1]) for x, _ in self.found)
        top = float(facts.get("top", 1.12 * max(float(y.max()) for _, y in self.found)))
        axes.set(xlim=(0, last * 1.01), ylim=(-0.02 * top, 1.04 * top))
        axes.locator_params(nbins=4)
        if facts.get("top") == 1.0:
            axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        self.lines = []
        left = 130.0
        for number, label in enumerate(self.labels):
            dash = ("-", (0, (3, 1.2)), ":")[number]
            (line,) = axes.plot([], [], color=COLOURS[number], linewidth=6, linestyle=dash, clip_on=False)
            name = stage.text(left + 90, NAMES, label, BODY, color=COLOURS[number], weight="bold")
            sample = Line2D([left / WIDTH, (left + 70) / WIDTH], [1 - NAMES / HEIGHT] * 2, color=COLOURS[number])
            sample.set(linewidth=6, linestyle=dash)
            stage.figure.add_artist(sample)
            left += 90 + width_of(name, stage) + 60
            self.lines.append((line, name, sample))
        stage.add(*(artist for together in self.lines for artist in together))

    def show(self, beat: int, share: float) -> Hashable:
        drawn = [self.share_of(number, beat, share) for number in range(len(self.labels))]
        for (line, name, sample), (x, y), part in zip(self.lines, self.found, drawn, strict=True):
            end = x[0] + part * (x[-1] - x[0])
            within = x <= end
            line.set_data([*x[within], end] if part else [], [*y[within], np.interp(end, x, y)] if part else [])
            name.set_alpha(min(1.0, 5 * part))
            sample.set_alpha(min(1.0, 5 * part))
        return tuple(drawn)


class BarsScene(_Coming):
    """facts: as of curves; one bar for each layer and series, on powers of ten."""

    def __init__(self, scene: Scene, stage: Stage) -> None:
        super().__init__(scene, stage)
        axes = stage.axes(150, 190, 1070, 320)
        _quiet(axes, self.facts.get("x", ""))
        lowest = min(float(y[y > 0].min()) for _, y in self.found)
        bottom = 10 ** np.floor(np.log10(lowest))
        axes.set_yscale("log")
        axes.set_ylim(bottom, 1.6 * max(1.0, max(float(y.max()) for _, y in self.found)))
        powers = np.arange(np.log10(bottom), 0.5, max(1, -np.log10(bottom) // 3))
        axes.set_yticks(10.0**powers, [f"$10^{{{power:.0f}}}$" if power else "1" for power in powers])
        axes.minorticks_off()
        axes.set_xticks(self.found[0][0])
        width = 0.8 / len(self.labels)
        self.bars: list[Sequence[Artist]] = []
        left = 130.0
        for number, ((x, y), label) in enumerate(zip(self.found, self.labels, strict=True)):
            place = x + (number - (len(self.labels) - 1) / 2) * width
            bars = axes.bar(place, np.maximum(y, bottom) - bottom, width, bottom=bottom, color=COLOURS[number])
            name = stage.text(left, NAMES, f"■ {label}", BODY, color=COLOURS[number], weight="bold")
            left += width_of(name, stage) + 60
            self.bars.append([*bars, name])
        stage.add(*(artist for artists in self.bars for artist in artists))

    def show(self, beat: int, share: float) -> Hashable:
        drawn = []
        for number, artists in enumerate(self.bars):
            *bars, name = artists
            count = round(self.share_of(number, beat, share) * len(bars))
            for place, bar in enumerate(bars):
                bar.set_alpha(float(place < count))
            name.set_alpha(float(count > 0))
            drawn.append(count)
        return tuple(drawn)


def _quiet(axes: Axes, x: str) -> None:
    axes.grid(axis="y", color="#dfe3e6", linewidth=2)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel(x, fontsize=points(SMALL), color=FAINT, labelpad=2)
