"""The kinds of scenes that a video is made of: each is drawn once, and then moves with what is said."""

from collections.abc import Callable, Mapping

from ravine.errors import unknown
from ravine.film.scenes.anatomy import AnatomyScene
from ravine.film.scenes.card import CardScene, TitleScene
from ravine.film.scenes.curves import BarsScene, CurvesScene
from ravine.film.scenes.formula import FormulaScene
from ravine.film.scenes.landscape import LandscapeScene
from ravine.film.scenes.stage import WIDTH, Drawn, Stage
from ravine.storyboard import Scene

KINDS: Mapping[str, Callable[[Scene, Stage], Drawn]] = {
    "title": TitleScene,
    "landscape": LandscapeScene,
    "anatomy": AnatomyScene,
    "formula": FormulaScene,
    "curves": CurvesScene,
    "bars": BarsScene,
    "card": CardScene,
}


def draw(scene: Scene, width: int = WIDTH) -> Drawn:
    """The scene, drawn. RavineError for a kind that is not known, and for facts that it lacks."""
    if scene.kind not in KINDS:
        raise unknown("kind of scene", scene.kind, KINDS)
    return KINDS[scene.kind](scene, Stage(width))


__all__ = ["KINDS", "Drawn", "Stage", "draw"]
