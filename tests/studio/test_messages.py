"""What a page says holds while it is said: of a link that asks for what there is not, and after it was mended."""

from urllib.parse import quote

import pytest

MESSAGE = ".landscape-widget .seen .message"
HINT = "Click or tap for a new start, or drag it."


def opened(visit, query, page="playground.html"):
    found = visit(f"{page}#{query}", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    found.wait_for_selector("[data-widget=landscape][data-ready]")
    return found


def said(page):
    return page.locator(MESSAGE).inner_text()


@pytest.mark.parametrize(
    ("formula", "trouble"),
    [
        ("log(-1)", "The formula has no finite value on this domain."),
        ("sqrt(0 - 1 - x**2)", "The formula has no finite value on this domain."),
        ("x +", "Formula, column"),
        ("constructor", "Formula, column"),
    ],
)
def test_a_formula_without_a_height_draws_no_other_landscape(formula, trouble, visit):
    page = opened(visit, f"formula={quote(formula)}&rules=sgd,adam&start=1,1&map=rates")
    assert trouble in said(page)
    ground = page.locator("canvas.ground[aria-label]")
    ground.wait_for()
    assert "No rule is running." in ground.get_attribute("aria-label")
    assert page.locator(".lanes li").count() == 0
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    for other in ("Ravine", "Rosenbrock"):
        assert other not in ground.get_attribute("aria-label")
    field = page.get_by_label("f(x, y) =")
    field.fill("x**2 + y**2")  # mended, it runs
    page.locator(".lanes li").nth(1).wait_for()
    assert said(page) == HINT
    field.fill("x**2 + y**2 +")  # while one types, the last stays
    assert page.locator(".lanes li").count() == 2
    page.evaluate("location.hash = 'formula=log(-1)&rules=sgd'")  # another link does not
    page.locator(".lanes li").first.wait_for(state="detached")


def test_a_link_that_is_followed_on_the_page_names_what_it_leaves_out(visit):
    page = opened(visit, "landscape=bowl")
    page.evaluate("location.hash = 'landscape=bowl&sgd.lr=-1&steps=50'")
    page.get_by_text("sgd.lr=-1 is left out").wait_for()


def test_what_was_said_goes_with_what_it_was_said_of(visit):
    page = opened(visit, "landscape=bowl&start=99,1&rules=sgd&steps=40")
    assert said(page).startswith("start=99,1 is left out")
    page.get_by_label("Steps", exact=True).fill("30")
    page.keyboard.press("Enter")
    assert said(page) == HINT
    page.get_by_role("button", name="Back to the start").click()
    assert said(page).startswith("Step 0 of 30.")
    page.get_by_label("Steps", exact=True).fill("20")
    page.keyboard.press("Enter")
    assert said(page) == HINT
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_selector("table.map-legend tbody tr")
    page.locator(".map-canvas").click(position={"x": 200, "y": 150})
    assert page.locator(".map-picture .message").inner_text().startswith("From (")
    page.get_by_label("Steps", exact=True).fill("25")
    page.keyboard.press("Enter")
    assert page.locator(".map-picture .message").inner_text() == ""


def test_a_start_off_a_formula_is_said_once(visit):
    page = opened(visit, "formula=x**2%2By**2&start=5,1&rules=sgd")
    assert "(5, 1) is not on this landscape; the start is its own." in said(page)
    page.get_by_label("Start x").fill("1")
    page.keyboard.press("Enter")
    assert "(5, 1)" not in page.locator("main").inner_text()


def test_what_a_stream_refused_goes_with_the_first_change(visit):
    page = visit("stream.html#stream=sparce&landscape=bowl&show=x_hat", reduced_motion="reduce")
    refused = page.locator(".stream-refused p").all_inner_texts()
    assert len(refused) == 3
    page.get_by_label("times").select_option("1000")
    assert page.locator(".stream-refused").count() == 0
    page.get_by_label("Gradients", exact=True).select_option("own")
    own = page.get_by_label("Your gradients")
    own.fill("1, x")
    own.press("Enter")
    assert "stay." in page.locator(".stream-controls").inner_text()
    page.get_by_label("Gradients", exact=True).select_option("constant")
    page.get_by_label("Gradients", exact=True).select_option("own")
    assert "stay." not in page.locator(".stream-controls").inner_text()
