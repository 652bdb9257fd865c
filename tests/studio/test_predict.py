"""Predict first: what a figure shows is locked until the learner has said what will happen, or skips it."""

import pytest

from ravine.lessons import course
from tests.studio.axe import assert_accessible, put_axe

NAMES = [each.name for each in course() if any(use.prediction for use in each.widgets)]


def figure(page):
    found = page.locator("figure", has=page.locator(".predict")).first
    found.get_by_role("button", name="See what happens").wait_for()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_seen_before_a_prediction_or_a_skip(name, visit):
    page = visit(f"lessons/{name}.html")
    asked = figure(page)
    assert asked.locator("[data-widget]:not(.predict) :is(svg, canvas)").count() == 0  # has not begun
    assert asked.locator("img:visible, table:visible, .task:visible, figcaption:visible").count() == 0
    assert asked.locator(".outcome").count() == 0
    asked.get_by_role("button", name="See what happens").click()
    asked.get_by_text("Predict something first, or skip it.").wait_for()
    put_axe(page)
    assert_accessible(page, ".predict")
    asked.get_by_role("button", name="Skip the prediction").click()
    asked.get_by_text("You skipped the prediction.").wait_for()
    asked.locator("svg:visible, table:visible").first.wait_for()
    assert_accessible(page, ".predict")


def test_a_wrong_prediction_stands_beside_what_happens(visit):
    page = visit("lessons/vanishing-gradients.html")
    asked = figure(page)
    asked.get_by_label("about an eighth").check()
    asked.get_by_role("button", name="See what happens").click()
    said = asked.locator(".foretold")
    assert said.locator("p").all_inner_texts()[:2] == [
        "You predicted: about an eighth",
        "What happens: less than a hundred-thousandth",
    ]
    assert page.evaluate("document.activeElement.className") == "foretold"
    asked.locator(".chain-stairs").wait_for()


def test_a_right_one_by_keyboard(visit):
    page = visit("lessons/vanishing-gradients.html")
    asked = figure(page)
    asked.get_by_label("about a half").focus()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "✓ It is so: less than a hundred-thousandth" in asked.locator(".foretold").inner_text()
    page.keyboard.press("Tab")  # on to what has been unlocked
    assert page.evaluate("document.activeElement.closest('[data-widget]').dataset.widget") == "chain"


def test_by_touch(visit):
    page = visit("lessons/dropout.html", has_touch=True, viewport={"width": 360, "height": 740})
    asked = figure(page)
    asked.get_by_text("they are doubled").tap()
    asked.get_by_role("button", name="See what happens").tap()
    assert "✓ It is so: they are doubled" in asked.locator(".foretold").inner_text()


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2.4", "✓ It is so: 2.4 of 12"), ("12/5", "✓ It is so: 2.4 of 12"), ("10", "What happens: 2.4 of 12")],
)
def test_a_number_is_right_within_a_factor(typed, said, visit):
    page = visit("lessons/dropout.html")
    asked = page.locator("figure", has=page.locator(".predict[data-answer]"))
    field = asked.get_by_label("Your prediction")
    field.fill("x")
    asked.get_by_role("button", name="See what happens").click()
    asked.get_by_text("is no number").wait_for()
    assert "NaN" not in asked.inner_text()
    field.fill(typed)
    asked.get_by_role("button", name="See what happens").click()
    assert said in asked.locator(".foretold").inner_text()
    assert "You predicted: " in asked.locator(".foretold").inner_text()


def test_without_script_the_answer_is_folded(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "lessons/vanishing-gradients.html")
    asked = page.locator("figure", has=page.locator(".predict")).first
    assert asked.locator(".options li").count() == 4
    assert asked.locator("img.still").is_visible()
    assert not asked.get_by_text("the lower curve", exact=False).is_visible()
    asked.get_by_text("What happens").click()
    assert asked.get_by_text("the lower curve", exact=False).is_visible()
    context.close()


def test_on_paper_question_picture_and_text_stand(visit):
    page = visit("lessons/vanishing-gradients.html")
    asked = figure(page)
    page.emulate_media(media="print")
    assert asked.get_by_text("How much of the gradient is left").is_visible()
    assert asked.locator("img.still").is_visible()
    assert asked.locator("figcaption").is_visible()
    assert asked.locator("button:visible").count() == 0
