"""In a notebook: cost and progress while a study runs, and formulas and pictures of what there is."""

import re
import sys
import types
import xml.etree.ElementTree as ET

import pytest

import ravine
from ravine.lab import compare

from . import made
from .test_recipe import ASKED, GIVEN


@pytest.fixture
def shown(monkeypatch):
    """Stands for a kernel: what is displayed, as text."""
    found = []

    class Handle:
        def update(self, html):
            found.append(html)

    def display(html, display_id):
        found.append(html)
        return Handle()

    ipython, inner = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    inner.HTML, inner.display = str, display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", inner)
    return found


def test_the_cost_is_told_first_and_then_how_far_it_is(shown):
    compare(**GIVEN, optimizers=["sgd"], **ASKED)
    assert re.match("<p>own: 2 runs: 16 steps of one network, about .+ s</p>", shown[0])
    assert "<progress" not in shown[0]
    assert "2 of 2 runs" in shown[-1]


def parsed(html):
    return ET.fromstring(f"<div>{html}</div>")


def test_what_there_is_shows_itself():
    rule = parsed(ravine.rules["adam"]._repr_html_())
    assert rule.find(".//{http://www.w3.org/1998/Math/MathML}math") is not None
    assert [row[0].text for row in rule.findall(".//table/tr")[1:]] == list(ravine.rules["adam"].hyperparameters)
    land = parsed(ravine.landscapes["himmelblau"]._repr_html_())
    assert land.find(".//{http://www.w3.org/2000/svg}path") is not None
    trajectory = ravine.descend("adam", "saddle", steps=50, lr=0.05)
    picture = parsed(trajectory._repr_html_())
    assert len(picture.findall(".//{http://www.w3.org/2000/svg}circle")) == 2
    assert "Adam" in picture[0].text
    within = parsed(ravine.descend("sgd", "ravine", steps=50, lr=0.01)._repr_html_())
    assert within[-1].text.endswith("a ring where it starts, a dot where it ends.")
    away = picture[-1].text
    assert (
        away == "Seen from above: x from -1.5 to 1.5, y from -1.5 to 1.5; a ring where it starts, and it ends outside."
    )
    assert picture.find(".//{http://www.w3.org/2000/svg}title").text + "." == away
    normal = parsed(ravine.initializers["he_normal"]._repr_html_())
    assert {row[1].text for row in normal.findall(".//table/tr")[1:]} == {"no limit"}
    wild = ravine.descend("sgd", "rosenbrock", steps=50, lr=10.0)
    assert "diverges at step" in parsed(wild._repr_html_())[0].text
    comparison = made.three()
    page = parsed(comparison._repr_html_())
    assert len(page.findall(".//table/tr")) == 1 + len(comparison.entrants)
    assert page.find("pre").text == comparison.recipe()
