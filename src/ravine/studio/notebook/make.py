"""`ravine.widget`: a widget of the studio, by its kind."""

from typing import Any

from ravine.errors import unknown
from ravine.studio.notebook.landscape import LandscapeWidget
from ravine.studio.notebook.network import NetworkWidget

KINDS: dict[str, type[LandscapeWidget] | type[NetworkWidget]] = {
    "landscape": LandscapeWidget,
    "network": NetworkWidget,
}


def widget(kind: str, **settings: Any) -> LandscapeWidget | NetworkWidget:
    """A widget of the studio for a notebook; leave it as the last line of a cell, and it is shown.

    "landscape": landscape (name, formula or object), rules, start=(x, y), steps, rates={"adam": 0.1} (those that are
        not given are picked), settings={"adam": {"beta1": 0.8}}, noise, seed, schedule, view="surface". Then read or
        set .start, .rules, .rates, .steps, .landscape, and read .trajectories.
    "network": what `ravine.networks.Recipe` has (data, examples, widths, activation, init, rule, batch, steps, …), lr
        or settings of its rule, step, and twin={"init": "zeros"}. Then read .recipe, .step and .results.
    Both take hide=["share", …], and have .state and .change(…). Other keys are those of a link to the studio, as
    docs/studio.md lists them. Raises RavineError for what the widget does not know.
    """
    if kind not in KINDS:
        raise unknown("widget", kind, KINDS)
    return KINDS[kind](**settings)
