"""The still picture of each widget in a lesson, from the same state: seen without script and until it runs."""

from collections.abc import Callable
from functools import cache, partial

from ravine.lessons import course
from ravine.lessons.script import scripts
from ravine.lessons.widget_state import read
from ravine.studio import networks_shown
from ravine.studio.chain_picture import draw_chain
from ravine.studio.map_picture import draw_map
from ravine.studio.mask_picture import draw_mask
from ravine.studio.matrix_picture import draw_matrix
from ravine.studio.network_picture import draw_network
from ravine.studio.race_picture import draw_race
from ravine.studio.step_picture import draw_step
from ravine.studio.stream_picture import draw_stream

PICTURES = {
    "landscape": draw_race,
    "anatomy": draw_step,
    "basin": draw_map,
    "stream": draw_stream,
    "network": draw_network,
    "chain": draw_chain,
    "mask": draw_mask,
    "matrix": draw_matrix,
}


def pictures() -> dict[str, Callable[[], bytes]]:
    """What draws each picture that the course, its videos and the network's page ask for, by its path in the site."""
    asked = {use.picture: (use.kind, use.state.query) for lesson in course() for use in lesson.widgets}
    asked |= {script.widget.picture: (script.widget.kind, script.widget.state.query) for script in scripts()}
    asked[networks_shown.PICTURE] = ("network", networks_shown.FIRST)
    return {path: partial(draw, *what) for path, what in asked.items()}


@cache
def draw(kind: str, query: str) -> bytes:
    """The SVG of a widget of that kind with that state."""
    return PICTURES[kind](read(kind, query))
