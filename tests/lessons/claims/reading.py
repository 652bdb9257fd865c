"""What the tests of a lesson's claims read: its words, and what its widgets show."""

import html
import re

import numpy as np

from ravine import descend
from ravine.lessons import lesson
from ravine.lessons.state import read
from ravine.rules import rules
from ravine.studio.streams import feed, gradients


def text(name):
    """The words of a lesson, formulas and captions among them, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", lesson(name).html)).split())


def states(name):
    return [use.state for use in lesson(name).widgets]


def runs(state, **changed):
    """The paths of a widget's race, by rule; `changed` as in momentum_lr=0.1."""
    state = read("&".join([state.query, *(f"{key.replace('__', '.')}={value}" for key, value in changed.items())]))
    return {
        rule.name: descend(rule, state.landscape, steps=state.steps, **state.settings.get(rule.name, {}))
        for rule in state.rules
    }


def fed(state, name):
    """What the widget shows of one of its rules."""
    stream = gradients(state.texts["stream"], state.steps) * state.numbers("scale", (1.0,))[0]
    bounds = tuple(state.numbers("project", (0.0, 0.0))) if "project" in state.texts else None
    return feed(rules[name], stream, bounds, **state.settings.get(name, {}))


def curvatures(land, x=0.0, y=0.0, h=1e-4):
    def slope(x, y):
        return np.array(land.gradient(x, y))

    hessian = np.column_stack(
        [(slope(x + h, y) - slope(x - h, y)) / (2 * h), (slope(x, y + h) - slope(x, y - h)) / (2 * h)]
    )
    return np.linalg.eigvalsh(hessian)
