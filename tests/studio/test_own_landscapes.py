"""Formulas that nobody drew before: flat, steep beyond measure, or without a height in places."""

from urllib.parse import quote

import pytest

FORMULAS = ["5", "1e300*x**2", "-1e308*x*y", "exp(1000*x)", "log(x) + y**2", "floor(2*x) + y**2", "sign(x)", "1/x", "y"]

# The shares of the picture's pixels that are black, and that are of one colour with both their neighbours.
SEEN = """
canvas => {
  const { width, height } = canvas;
  const [left, top] = [60, 30].map((edge) => Math.round((edge * width) / canvas.clientWidth));
  const { data } = canvas.getContext("2d").getImageData(left, top, width - 2 * left, height - 3 * top);
  const pixels = new Uint32Array(data.buffer);
  const black = pixels.filter((pixel) => (pixel & 0xffffff) === 0).length;
  const alike = pixels.filter((pixel, i) => pixel === pixels[i - 1] && pixel === pixels[i + 1]).length;
  return [black / pixels.length, alike / pixels.length];
}
"""


@pytest.fixture
def opened(visit):
    def open_page(formula: str, more: str = "&rules=sgd,adam"):
        page = visit(f"playground.html#formula={quote(formula)}{more}", viewport={"width": 1280, "height": 900})
        page.wait_for_selector("[data-widget=landscape][data-ready]")
        page.locator("canvas.ground[aria-label]").wait_for()
        return page

    return open_page


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_picture_is_never_black_and_nothing_is_said_in_the_words_of_a_driver(formula, opened):
    page = opened(formula)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        black, _ = page.locator("canvas.ground").evaluate(SEEN)
        assert black == 0, scheme
    page.get_by_role("button", name="3-D").click()
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_selector("table.map-legend tbody tr")
    said = page.locator("main").inner_text()
    assert "shader" not in said
    assert "ERROR" not in said
    beyond = formula in ("1e300*x**2", "-1e308*x*y", "exp(1000*x)")
    assert ("beyond the numbers that graphics have" in said) == beyond


def test_a_plain_has_neither_lines_nor_specks(opened):
    page = opened("5")
    assert page.locator("canvas.ground").evaluate(SEEN)[1] > 0.99


def test_where_there_is_no_height_it_is_hatched_and_said(opened):
    page = opened("log(x) + y**2", "&rules=sgd&start=1,1&sgd.lr=1.5&steps=20")
    _, alike = page.locator("canvas.ground").evaluate(SEEN)
    whole = opened("x + y**2").locator("canvas.ground").evaluate(SEEN)[1]
    assert alike < whole - 0.1
    assert "hatched it has no height" in page.locator("[data-panel=landscape] .note").first.inner_text()
    assert "Hatched: no height there." in page.locator("canvas.ground").get_attribute("aria-label")
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_selector("table.map-legend tbody tr")
    nowhere = page.locator("table.map-legend tr", has_text="no height there").locator(".number").first.inner_text()
    assert 48 < float(nowhere.split()[0]) < 52


def test_leaving_the_ground_is_no_divergence(opened):
    """From (1, 1) a step of 1.5 leads to x = −0.5, where log has no value; steps of 50 on a bowl lead away for good."""
    page = opened("log(x) + y**2", "&rules=sgd&start=1,1&sgd.lr=1.5&steps=20")
    assert page.locator(".standing").inner_text() == "no height from step 1 on"
    page = opened("x**2 + y**2", "&rules=sgd&start=1,1&sgd.lr=50&steps=300")
    assert page.locator(".standing").inner_text().startswith("diverged at step")


def test_a_step_of_nought_by_nought_is_no_divergence(opened):
    page = opened("0*x", "&rules=adagrad&adagrad.eps=0&steps=20")
    assert page.locator(".standing").inner_text() == "no number from step 1 on (0/0)"
