"""The picture of a question "whose path is this?": paths with letters, all in ink, so that nothing but shape tells."""

import numpy as np

from ravine.backends.numpy import Array
from ravine.errors import RavineError
from ravine.lessons.quiz import Question
from ravine.lessons.state import State
from ravine.studio.drawing import HEIGHT, WIDTH, path, star, svg, text
from ravine.studio.network_picture import describe_run
from ravine.studio.pictures import draw
from ravine.studio.race_picture import LEVELS, Place, draw_land
from ravine.trajectory import Trajectory, descend

LETTERS = "ABCDEF"
DASHES = ("", " dash", " hat")  # classes of ravine.studio.drawing


def runs(state: State) -> dict[str, Trajectory]:
    """The paths by letter, in the order of the state's rules. Every setting stands in the state."""
    if state.landscape is None or state.steps is None or len(state.rules) > len(DASHES):
        raise RavineError(f"a picture needs a landscape, steps and at most {len(DASHES)} rules: {state.query}")
    start = state.start or state.landscape.start
    return {
        letter: descend(rule, state.landscape, start, state.steps, **state.settings.get(rule.name, {}))  # type: ignore[arg-type]
        for letter, rule in zip(LETTERS, state.rules, strict=False)
    }


def draw_paths(state: State) -> bytes:
    """The SVG."""
    found = runs(state)
    land = next(iter(found.values())).landscape
    place = Place(land, HEIGHT)
    seen = {
        letter: np.column_stack((place.x(run.points[:, 0]), place.y(run.points[:, 1]))) for letter, run in found.items()
    }
    parts = [*draw_land(land, place), *(star(float(place.x(x)), float(place.y(y))) for x, y in land.minima)]
    for (_, points), dash in zip(seen.items(), DASHES, strict=False):
        parts.append(f'<path class="ink{dash}" d="{path(*points.T)}"/>\n')
    for letter, points in seen.items():
        x, y = _apart(points, [others for name, others in seen.items() if name != letter])
        spot = f'cx="{x:.1f}" cy="{y:.1f}" r="13"'
        parts.append(f'<circle class="paper" {spot}/><circle class="ink" {spot}/>\n')
        parts.append(text(x, y + 5, letter, "middle"))
    x, y = next(iter(seen.values()))[0]
    parts.append(f'<circle class="ink" cx="{x:.1f}" cy="{y:.1f}" r="4"/>\n')
    parts.append(text(float(x), float(y) - 10, "start", "middle"))
    return svg(parts, (), LEVELS)


def has_picture(question: Question) -> bool:
    """Whether something is drawn below a question: paths with letters, or a network's sick run."""
    return question.picture is not None or question.run is not None


def draw_question(question: Question) -> bytes:
    """The picture, of a question that has one."""
    if question.picture:
        return draw_paths(question.picture)
    assert question.run
    return draw("network", question.run.query)


def picture_in_words(question: Question) -> str:
    """The same in words, for who cannot see it."""
    if question.picture:
        return describe(question.picture)
    assert question.run
    return describe_run(question.run.query)


def _apart(points: Array, others: list[Array]) -> tuple[float, float]:
    """The point of a path that is furthest from the other paths, and within the picture."""
    within = (points > 20).all(axis=1) & (points < (WIDTH - 20, HEIGHT - 20)).all(axis=1)
    rest = np.concatenate(others)
    nearest = np.linalg.norm(points[:, None] - rest[None], axis=-1).min(axis=1)
    x, y = points[int(np.argmax(np.where(within, nearest, -1)))]
    return float(x), float(y)


def describe(state: State) -> str:
    """The same in words, which tell shapes and no names: for who cannot see the picture."""
    found = runs(state)
    land = next(iter(found.values())).landscape
    return f"{len(found)} paths from one start on {land.title}. " + " ".join(
        f"{letter} {_shape(run)}." for letter, run in found.items()
    )


def _shape(run: Trajectory) -> str:
    from_start = np.sign(run.points[0])
    beyond = float((-from_start[0] * run.points[:, 0]).max())
    crossed = int((np.diff(np.sign(run.points[:, 1])) != 0).sum())
    across = (
        f"crosses the floor {crossed} times"
        if crossed > 1
        else "crosses the floor once"
        if crossed
        else "never crosses the floor"
    )
    along = f"runs {beyond:.2g} past the minimum" if beyond > 0.01 else "does not run past the minimum"
    longest = float(np.linalg.norm(np.diff(run.points, axis=0), axis=1).max())
    away = float(np.linalg.norm(run.points[-1]))
    return f"{across} and {along}; its longest step is {longest:.2g}, and it ends {away:.2g} from the minimum"
