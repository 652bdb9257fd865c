"""The arithmetic of the page, run in the page, against ravine.descend.

The tolerance of a path is that of tests/backends/test_javascript.py: 1e-12 of its largest coordinate, and twice what
rounding makes of it.
"""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.markers import MarkerStyle

import ravine
from ravine.landscapes import from_formula, landscapes
from ravine.palette import MARKERS, looks
from ravine.rules import rules
from ravine.schedules import schedules
from ravine.studio.rules_script import shown_rules

from ..backends.rates import rate
from ..backends.rounding import DOUBLE, Expected, expect_all
from ..conftest import visiting

STEPS = 120
TOLERANCE = 1e-12
MAIN = [name for name, rule in rules.items() if rule.name == rule.family]

# Follows a link as a click on it would; the widget has listened to the change before this does.
FOLLOW = """
link => new Promise(done => {
  addEventListener("hashchange", () => done(), { once: true });
  location.hash = link;
})
"""


@pytest.fixture(scope="module")
def page_paths(browser, site):
    """page_paths(link): the points and values that the playground saves for a link, by rule: (steps + 1, 3)."""
    page = browser.new_page()
    page.goto(site + "playground.html")
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    page.get_by_text("The numbers", exact=True).click()

    def run(link: str) -> dict[str, np.ndarray]:
        page.evaluate(FOLLOW, link)
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as CSV").click()
        paths = defaultdict(list)
        with Path(saved.value.path()).open() as file:
            for row in csv.DictReader(file):
                paths[row["rule"]].append([float(row[name]) for name in ("x", "y", "height")])
        return {rule: np.array(points) for rule, points in paths.items()}

    yield run
    page.close()


def link(landscape: str, settings: dict[str, dict[str, float]], **more: object) -> str:
    pairs = {"landscape": landscape, "rules": ",".join(settings), "steps": STEPS, **more}
    pairs |= {f"{rule}.{name}": repr(value) for rule, given in settings.items() for name, value in given.items()}
    return "&".join(f"{key}={value}" for key, value in pairs.items()).replace("+", "%2B")


@cache
def references() -> dict[str, dict[str, Expected]]:
    """What to expect of every main rule's path on every landscape."""
    settings = {rule: {name: rules[rule].settings({"lr": rate(rule, name)}) for name in landscapes} for rule in MAIN}
    return expect_all(settings, STEPS, DOUBLE)


@pytest.mark.slow
@pytest.mark.parametrize("name", landscapes)
def test_every_main_rule_walks_on_the_page_as_in_python(name, page_paths):
    landscape = landscapes[name]
    rates = {rule: rate(rule, name) for rule in MAIN}
    excess = {}
    for some in (MAIN[first : first + 12] for first in range(0, len(MAIN), 12)):  # as many as the page takes
        paths = page_paths(link(name, {rule: {"lr": rates[rule]} for rule in some}))
        assert list(paths) == some
        for rule, path in paths.items():
            expected = references()[rule][name]
            excess[rule] = expected.excess(path[:, :2], TOLERANCE)
            compared = expected.compared(TOLERANCE)
            heights = landscape(path[:compared, 0], path[:compared, 1])
            assert path[:compared, 2] == pytest.approx(heights, rel=1e-12, abs=1e-13 * np.abs(heights).max())
    assert {rule: value for rule, value in excess.items() if value > 1} == {}


# Rules that neither amplify rounding nor reach it within the run, so that plain closeness is the oracle.
STEADY = {"sgd": {"lr": 0.02}, "momentum": {"lr": 0.01}, "nesterov_lookahead": {"lr": 0.01}, "adam+l2": {"lr": 0.05}}


@pytest.mark.parametrize("schedule", schedules)
@pytest.mark.parametrize("seed", [0, 12345, 2**32 - 1])
def test_noise_and_schedules_are_pythons(schedule, seed, page_paths):
    paths = page_paths(link("ravine", STEADY, noise=0.3, seed=seed, schedule=schedule))
    for rule, settings in STEADY.items():
        walked = ravine.descend(rule, "ravine", steps=STEPS, noise=0.3, seed=seed, schedule=schedule, **settings)
        assert paths[rule][:, :2] == pytest.approx(walked.points, rel=1e-9, abs=1e-11)


def test_a_divergence_ends_at_the_same_step(page_paths):
    path = page_paths(link("rosenbrock", {"sgd": {"lr": 0.9}}, start="-1.5,2"))["sgd"]
    walked = ravine.descend("sgd", "rosenbrock", start=(-1.5, 2.0), steps=STEPS, lr=0.9)
    assert walked.diverged
    assert np.isnan(path[:, 0]).argmax() == walked.diverged_at
    assert np.isnan(path[walked.diverged_at :]).all()


def test_the_learners_formula_has_pythons_start_and_path(page_paths):
    path = page_paths("formula=sin(3*x)*cos(y)%2Blog(2%2Bx)&domain=-3,2,-2,2&rules=momentum&momentum.lr=0.02&steps=100")
    land = from_formula("sin(3*x)*cos(y)+log(2+x)", {"x": (-3, 2), "y": (-2, 2)})
    walked = ravine.descend("momentum", land, steps=100, lr=0.02)
    assert path["momentum"][:, :2] == pytest.approx(walked.points, rel=1e-10, nan_ok=True)


def test_the_landscapes_own_numbers_count(page_paths):
    path = page_paths(link("ravine", {"sgd": {"lr": 0.01}}, **{"landscape.condition": 120}))["sgd"]
    steep = landscapes["ravine"].with_parameters(condition=120)
    assert path[:, :2] == pytest.approx(ravine.descend("sgd", steep, steps=STEPS, lr=0.01).points, rel=1e-12)


def test_rules_look_alike_on_pages_and_in_films(visit):
    raced = ["sgd", "adam", "adam_keras", "momentum", "adam+l2", "lion", "momentum_averaged"]
    page = visit(f"playground.html#rules={','.join(raced)}".replace("+l2", "%2Bl2"))
    strokes = page.locator(".lanes .swatch path:first-child").evaluate_all(
        "lines => lines.map((line) => [line.getAttribute('stroke'), line.getAttribute('stroke-dasharray')])"
    )
    expected = looks(raced)
    assert strokes == [[look.light, look.dash_array or None] for look in expected]
    shapes = page.locator(".lanes .swatch path:last-child").evaluate_all(
        "paths => paths.map((p) => p.getAttribute('d'))"
    )
    assert shapes == [look.outline for look in expected]


@pytest.fixture(scope="module")
def playground(browser, site):
    """The playground, opened once for tests that leave it as it was."""
    with visiting(browser, site) as visit:
        yield visit("playground.html")


@pytest.mark.parametrize("name", MARKERS)
def test_a_marker_is_matplotlibs_on_the_page(name, playground):
    outline = """outline => {
      const path = document.querySelector(".lanes .swatch path:last-child");
      path.setAttribute("d", outline);
      const { width, height } = path.getBBox();
      return [width, height];
    }"""
    width, height = playground.evaluate(outline, MARKERS[name])
    theirs = MarkerStyle(name)
    box = theirs.get_path().transformed(theirs.get_transform()).get_extents()
    assert width / height == pytest.approx(box.width / box.height, abs=0.1)
    assert 1.7 < max(width, height) < 2.5


def test_every_rule_of_the_book_is_on_the_page(playground):
    known = playground.evaluate("Object.keys(RAVINE.rules)")
    assert known == [rule.name for rule in shown_rules()]
    assert set(known) >= set(rules)
    parts = playground.evaluate(
        "Object.values(RAVINE.rules).map("
        "r => [r.lines.length, r.parts(...Array(20).fill(0.5)).length, r.lines.at(-1).name])"
    )
    assert all(lines == values and last == "step" for lines, values, last in parts)
