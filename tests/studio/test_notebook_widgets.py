"""`ravine.widget` without a notebook: its state as keywords, as text and as paths, and what a cell gets of it."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import ravine
from ravine.landscapes import from_formula
from ravine.rules import rules
from ravine.studio.notebook import Result
from ravine.trajectory import best_rate

DOCS = Path(__file__).parents[2] / "docs" / "notebooks.md"


@pytest.fixture
def own_rule():
    """A rule of one's own, as a cell defines it; the book forgets it afterwards."""
    before = dict(rules._entries), set(rules.included)

    def define(factor: float):
        @ravine.rule(title="Mine", source="nobody 2024")
        def mine(g, *, lr=0.1):
            return lr * g * 2

        return mine.variant("mine", defaults={"lr": factor})

    yield define
    rules._entries.clear()
    rules._entries.update(before[0])
    rules.included = before[1]


def _html(widget) -> str:
    return widget._repr_mimebundle_()["text/html"]


def test_importing_ravine_imports_neither_studio_nor_anywidget():
    code = "import sys, ravine; sys.exit(bool({'ravine.studio', 'anywidget', 'IPython'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_race_is_said_in_keywords_and_read_back():
    widget = ravine.widget("landscape", landscape="saddle", rules=["sgd", "adam"], start=(-1.0, 1e-3), steps=50)
    assert widget.landscape is ravine.landscapes["saddle"]
    assert widget.start == (-1.0, 1e-3)
    assert [rule.name for rule in widget.rules] == ["sgd", "adam"]
    assert widget.rates == {name: best_rate(name, "saddle", (-1.0, 1e-3), 50) for name in ("sgd", "adam")}
    widget.rates = {"adam": 0.05}
    widget.change(settings={"adam": {"beta1": 0.8}}, noise=0.1, seed=3)
    path = widget.trajectories["adam"]
    same = ravine.descend("adam", "saddle", (-1.0, 1e-3), 50, lr=0.05, beta1=0.8, noise=0.1, seed=3)
    np.testing.assert_array_equal(path.points, same.points)
    widget.rates = {"adam": None}
    assert "adam.lr" not in widget.state
    assert "adam.beta1=0.8" in widget.state


@pytest.mark.parametrize(
    "land",
    [
        ravine.landscapes["ravine"].with_parameters(condition=50.0),
        "x**2 + 3*y**2",
        from_formula("x**2 * y + y**2", {"x": (-1.0, 3.0), "y": (-2.0, 2.0)}),
    ],
    ids=["shape", "formula", "object"],
)
def test_a_landscape_is_a_name_a_formula_or_an_object(land):
    widget = ravine.widget("landscape", start=(0.5, 0.25))
    widget.landscape = land
    wanted = from_formula(land) if isinstance(land, str) else land
    assert widget.start == wanted.start  # the old one may not lie on it
    assert widget.landscape.domain == wanted.domain
    assert widget.landscape(0.3, 0.7) == wanted(0.3, 0.7)


def test_a_cell_that_is_run_again_replaces_its_rule(own_rule):
    first = ravine.widget("landscape", rules=["sgd", own_rule(0.1)])
    assert first.trajectories["mine"].rule.hyperparameters["lr"].default == 0.1
    before = _html(first)
    again = ravine.widget("landscape", rules=["sgd", changed := own_rule(0.2)])
    assert again.rules[1].hyperparameters["lr"].default == 0.2
    packed = [re.search(r"packed&quot;&gt;(.*?)&lt;", html)[1] for html in (before, _html(again), _html(again))]
    assert packed[0] != packed[1] == packed[2]  # the page races the new one, too
    assert ravine.widget("landscape", rules=[changed]).rules[0] is again.rules[1]
    with pytest.raises(ravine.RavineError, match="there is a rule 'sgd' already"):
        ravine.widget("landscape", rules=[own_rule(0.1).variant("sgd")])


def test_a_network_is_said_in_its_recipes_words():
    widget = ravine.widget("network", data="moons", widths=[8, 4], lr=0.01, lam=0.1, decay="l2", twin={"init": "zeros"})
    recipe = widget.recipe
    assert (recipe.data, recipe.widths, recipe.settings, recipe.lam) == ("moons", (8, 4), {"lr": 0.01}, 0.1)
    widget.step = 20
    widget.change(rule="sgd")
    assert (widget.recipe.rule, widget.recipe.settings, widget.step) == ("sgd", {}, 0)
    widget.change(twin=None)
    assert "twin" not in widget.state


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("landscap", {}, "unknown widget 'landscap'; did you mean 'landscape'"),
        ("landscape", {"rules": ["adan", "adma"]}, "unknown rule 'adma'"),
        ("landscape", {"stepps": 3}, "unknown key of a state 'stepps'"),
        ("landscape", {"rates": {"adam": "fast"}}, "wants 1 number"),
        ("landscape", {"start": (1,)}, "start wants 2 numbers"),
        ("landscape", {"settings": {"adam": 0.1}}, "names and numbers"),
        ("network", {"width": [3]}, "unknown key of a network's state 'width'"),
        ("network", {"widths": [1000]}, "a width must be from 1 to 256"),
        ("network", {"twin": {"init": "zeros", "seed": 1}}, "a twin differs in one thing"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_changes_nothing(kind, settings, said):
    with pytest.raises(ravine.RavineError, match=said) as error:
        ravine.widget(kind, **settings)
    assert "\n" not in str(error.value)
    if kind in ("landscape", "network"):
        widget = ravine.widget(kind)
        before = widget.state
        with pytest.raises(ravine.RavineError):
            widget.change(**settings)
        assert widget.state == before


def test_without_anywidget_it_is_shown_and_says_what_reading_back_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "ravine.studio.notebook.link", raising=False)
    widget = ravine.widget("network", widths=[4])
    assert "srcdoc=" in widget._repr_mimebundle_()["text/html"]
    widget.change(widths=[5])
    assert widget.recipe.widths == (5,)
    with pytest.raises(ravine.RavineError, match=r"anywidget: pip install .*\[notebook\]"):
        _ = widget.results


class Tags(HTMLParser):
    """The elements of a text, in order, and the texts of `srcdoc`."""

    def __init__(self, text):
        super().__init__()
        self.found, self.pages = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append(tag)
        self.pages += [value for name, value in attributes if name == "srcdoc"]


def test_no_text_of_others_becomes_markup():
    """A page sends what somebody typed; it may be no formula at all."""
    usual = ravine.widget("landscape")
    hostile = ravine.widget("landscape")
    hostile._joined.state = 'formula="></iframe><script>alert(1)</script>&rules=sgd'
    shown, same = (Tags(widget._repr_mimebundle_()["text/html"]) for widget in (hostile, usual))
    assert same.found == ["div", "img", "iframe"]
    assert shown.found == ["div", "iframe"]  # there is nothing to draw
    assert Tags(shown.pages[0]).found == Tags(same.pages[0]).found
    assert "default-src 'none'" in shown.pages[0]


def test_numbers_that_are_none_come_back_as_nan():
    scores = {"loss": None, "accuracy": None, "heldOutLoss": 1, "heldOutAccuracy": 0}
    result = Result.read({"step": 1, "sizes": [1, 1], "parameters": [0.5, None], "findings": ["a"], **scores})
    assert np.isnan(result.loss)
    assert result.layers[0].weights.tolist() == [[0.5]]
    assert np.isnan(result.layers[0].biases[0])


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL))
def test_what_the_docs_show_runs(block):
    exec(compile(block, "notebooks.md", "exec"), {})


@pytest.mark.parametrize(
    "shown",
    [*ravine.activations.values(), *ravine.initializers.values(), *ravine.symptoms.values(), *ravine.rules.values()],
    ids=lambda shown: f"{type(shown).__name__}-{shown.name}",
)
def test_everything_shows_itself_as_sound_markup_without_a_style_of_its_own(shown):
    page = ElementTree.fromstring(f"<div>{shown._repr_html_()}</div>")
    assert page.find("p/b").text == shown.title
    assert page.find(".//{http://www.w3.org/1998/Math/MathML}math") is not None
    assert page.find(".//style") is None
    assert not [
        one for one in page.iter() if {"class", "id", "src", "href"} & set(one.keys()) and "math" not in one.tag
    ]
