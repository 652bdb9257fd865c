"""Cards: the title, and lines that come as they are read."""

from collections.abc import Hashable

from ravine.film.picture import FAINT, draw_land
from ravine.film.scenes.stage import BODY, HEADING, SMALL, Stage, fact, number_shown, points, width_of
from ravine.landscapes import landscapes
from ravine.storyboard import Scene

TALL = 76  # from line to line, in pixels


class TitleScene:
    """The video's title over a landscape. facts: landscape, and title, which the video gives."""

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.stage = stage
        land = landscapes[fact(scene.facts, "landscape", scene.kind)]
        axes = stage.axes(0, 0, 1280, 720)
        draw_land(axes, land)
        axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
        for line in axes.lines:
            line.remove()
        box = {"facecolor": "white", "alpha": 0.88, "edgecolor": "none", "boxstyle": "round,pad=0.6"}
        title = stage.text(640, 320, scene.facts.get("title", ""), 72, ha="center", weight="bold", bbox=box)
        title.set_fontsize(points(72) * min(1.0, 1080 / max(1.0, width_of(title, stage))))
        stage.text(640, 450, "Ravine: see what optimizers do", SMALL, ha="center", color=FAINT, bbox=box)

    def show(self, beat: int, share: float) -> Hashable:
        return 0


class CardScene:
    """facts: title and lines. A sentence shows "lines N": so many of them are there from its beginning."""

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.stage = stage
        stage.text(96, 120, fact(scene.facts, "title", scene.kind), HEADING, weight="bold")
        told = fact(scene.facts, "lines", scene.kind)
        top = 230 + max(0, 5 - len(told)) * 30
        self.lines = [stage.text(96, top + TALL * number, line, BODY) for number, line in enumerate(told)]
        stage.add(*self.lines)
        self.marks = [0]
        for sentence in scene.sentences:
            count = number_shown(sentence.shows, "lines")
            self.marks.append(self.marks[-1] if count is None else int(count))

    def show(self, beat: int, share: float) -> Hashable:
        shown = self.marks[beat + 1]
        fading = min(1.0, round(share * 8, 1))
        for number, line in enumerate(self.lines):
            new = self.marks[beat] <= number < shown
            line.set_alpha(fading if new else float(number < shown))
        return shown, fading
