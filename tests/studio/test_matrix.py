"""The matrix widget: the steps that Python's `orthogonalize` takes, its paths, by mouse, keyboard and touch."""

import numpy as np
import pytest

from ravine.backends.numpy import over_tensors
from ravine.lessons.state import read
from ravine.studio.matrix_picture import Weight
from ravine.studio.pictures import draw
from tests.studio.predictions import skip_predictions

PROGRAM = """
import { entrants, gradientAt } from "./src/matrix/descent";
import { read } from "./src/matrix/state";
import { along, orthogonalized, singularValues, stretching } from "./src/matrix/two_by_two";
const answer = ({ query, matrix, passes }) => {
  if (matrix) return { step: orthogonalized(matrix, passes), values: singularValues(matrix), along: along(matrix, 25) };
  const { state, refused } = read(new URLSearchParams(query));
  return { state, refused, entrants: entrants(state), gradient: gradientAt(stretching(1, 1, state.turn), state) };
};
"""


@pytest.fixture(scope="module")
def ask(conversation):
    return conversation(PROGRAM)


def test_five_passes_are_the_orthogonalize_that_the_optimizer_runs(ask):
    random = np.random.default_rng(0)
    for scale in (1e-9, 1.0, 1e6):
        for _ in range(20):
            matrix = scale * random.standard_normal((2, 2))
            answer = ask({"matrix": matrix.ravel().tolist(), "passes": 5})
            np.testing.assert_allclose(
                np.reshape(answer["step"], (2, 2)), over_tensors(0)["orthogonalize"](matrix), rtol=1e-11, atol=1e-13
            )
            np.testing.assert_allclose(answer["values"], np.linalg.svd(matrix, compute_uv=False), atol=1e-9 * scale)
    assert ask({"matrix": [0, 0, 0, 0], "passes": 5})["step"] == [0, 0, 0, 0]


@pytest.mark.parametrize("query", ["", "ratio=100", "ratio=3&turn=75&passes=2", "turn=0", "ratio=1&turn=90&passes=0"])
def test_the_paths_are_those_of_the_still_picture(ask, query):
    weight, answer = Weight(read(query)), ask({"query": query})
    np.testing.assert_allclose(np.reshape(answer["gradient"], (2, 2)), weight.gradient(np.eye(2)), atol=1e-12)
    for found, path in zip(answer["entrants"], weight.paths(), strict=True):
        if found["name"] == "sign" and query != "":  # the sign of what is all but 0 is rounding's
            found["path"], path = found["path"][:5], path[:5]
        np.testing.assert_allclose(found["path"], path, atol=1e-9)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("ratio=0.5", "ratio=0.5 is left out: a number from 1 to 100"),
        ("turn=91", "turn=91 is left out"),
        ("passes=2.5", "passes=2.5 is left out: a whole number from 0 to 5"),
        ("angle=3", "angle is left out: there is no such key."),
    ],
)
def test_a_malformed_state_is_left_out_and_named(ask, query, named):
    answer = ask({"query": query})
    [line] = answer["refused"]
    assert line.startswith(named)
    assert answer["state"] == ask({"query": ""})["state"]


def test_a_learner_makes_the_ellipse_a_circle_by_keyboard_and_by_touch(visit):
    page = visit("lessons/the-step-as-a-matrix.html", has_touch=True, viewport={"width": 360, "height": 740})
    skip_predictions(page)
    first, second = (page.locator('[data-widget="matrix"]').nth(place) for place in (0, 1))
    first.locator(".matrix-ravine .path").first.wait_for()
    assert "are 10.00 and 1.00. After 5 passes they are 0.71 and 0.70." in first.locator(".matrix-said").inner_text()
    cells = first.locator("tbody tr").last.locator("td")
    assert cells.nth(2).inner_text() == "1 : 1"
    before = second.locator(".matrix-circle").inner_html()
    passes = second.get_by_role("slider", name="passes")
    passes.focus()
    page.keyboard.press("End")
    assert "After 5 passes they are 0.70 and 0.70." in second.locator(".matrix-said").inner_text()
    assert second.locator(".matrix-circle").inner_html() != before
    page.locator("#widget-2 .task.done").wait_for()
    ratio = first.get_by_label("strong : weak, ")
    ratio.fill("100")
    ratio.press("Enter")
    page.locator("#widget-1 .task.done").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "left is" in first.locator(".matrix-ravine").get_attribute("aria-label")


def test_the_still_picture_says_what_is_left_of_the_ratio():
    assert "singular values 0.71 and 0.70" in draw("matrix", "ratio=10&turn=30").decode()
    assert draw("matrix", "passes=0").startswith(b"<svg ")
