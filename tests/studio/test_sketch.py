"""A prediction that is drawn: by mouse, touch and keyboard, kept, beside what happens, without script, on paper."""

import json
import math
import re

import pytest

from ravine.lessons import course
from ravine.networks import Training
from tests.studio.axe import assert_accessible, put_axe

USES = {each.name: use for each in course() for use in each.widgets if use.prediction and use.prediction.sketch}
LESSON = "lessons/dropout.html"  # the quicker one
POINTS = 11


def figure(page):
    found = page.locator("figure:has(.predict):has([data-widget=network])")
    found.get_by_role("button", name="See what happens").wait_for()
    return found


def draw(page, asked, way, tap=False):
    """Through places given as shares of the field: from its left, and from its foot."""
    asked.locator(".sketch").scroll_into_view_if_needed()
    box = asked.locator(".sketch .plot").bounding_box()
    for number, (x, y) in enumerate(way):
        place = (box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"])
        if tap:
            page.touchscreen.tap(*place)
            continue
        page.mouse.move(*place)
        if number == 0:
            page.mouse.down()
    if not tap:
        page.mouse.up()


def heights(asked):
    handles = asked.locator(".sketch [role=slider]")
    return [int(each.get_attribute("aria-valuenow")) for each in handles.all()]


def see(asked):
    asked.get_by_role("button", name="See what happens").click()
    asked.get_by_text("You predicted: a line from").wait_for()
    asked.locator("[data-widget=network][data-ready]").wait_for()


def test_both_uses_draw_what_the_network_can_show():
    assert {name: use.prediction.sketch.readout for name, use in USES.items()} == {
        "learning-by-heart": "accuracy",
        "dropout": "loss held out",
    }


def test_a_line_by_mouse_stands_beside_what_happens_and_is_kept(visit):
    page = visit(LESSON)
    asked = figure(page)
    asked.get_by_role("button", name="See what happens").click()
    asked.get_by_text("Predict something first, or skip it.").wait_for()
    draw(page, asked, [(0, 0.8), (1, 0.2)])
    assert heights(asked) == pytest.approx([80 - 6 * place for place in range(POINTS)], abs=1)
    put_axe(page)
    assert_accessible(page, ".predict:has(.sketch)")
    see(asked)
    network = asked.locator("[data-widget=network]")
    points = json.loads(network.get_attribute("data-foretold"))["points"]
    sketch = USES["dropout"].prediction.sketch
    assert points[0] == [0, pytest.approx(sketch.low * (sketch.high / sketch.low) ** 0.8, rel=0.05)]
    assert points[-1] == [1500, pytest.approx(sketch.low * (sketch.high / sketch.low) ** 0.2, rel=0.05)]
    assert asked.locator(".foretold .outcome:not([open])").count() == 1  # what happens is not given away
    network.get_by_role("button", name="Play", exact=True).click()
    follows = asked.locator(".foretold").get_by_text("then climbs back")
    follows.wait_for()
    said = network.locator(".keys").inner_text()
    curve = network.get_by_role("img", name=re.compile("^Loss by step"))
    assert "Your prediction: from 1.1 to 0.18." in curve.get_attribute("aria-label")

    trained, apart, last = Training(USES["dropout"].state.recipe), [], 0
    for step in [*range(13, 1501, 13), 1500]:
        loss = trained.train(step - last).score(held_out=True).loss
        last = step
        place = step / 150
        low = min(int(place), POINTS - 2)
        (_, before), (_, after) = points[low : low + 2]
        apart.append(abs(math.log(before * (after / before) ** (place - low)) - math.log(loss)))
    mean = math.exp(sum(apart) / len(apart))
    assert float(re.search(r"a factor of ([\d.]+) from what happened", said)[1]) == pytest.approx(mean, rel=0.03)

    page.reload()
    again = figure(page)
    again.get_by_text("This is what you drew before").wait_for()
    assert heights(again) == pytest.approx([80 - 6 * place for place in range(POINTS)], abs=1)
    see(again)


def test_a_line_by_keyboard_is_spoken_point_by_point(visit):
    page = visit("lessons/learning-by-heart.html")
    asked = figure(page)
    first = asked.get_by_role("slider", name="Step 0", exact=True)
    assert first.get_attribute("aria-valuetext") == "not drawn"
    first.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert first.get_attribute("aria-valuetext") == "10 %"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Step 200"
    page.keyboard.press("PageUp")
    assert heights(asked)[:2] == [10, 35]
    for _ in range(20):
        page.keyboard.press("ArrowRight")  # stays at the last
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") == "100 %"
    page.keyboard.press("Tab")  # the chart is one stop
    page.keyboard.press("Enter")
    asked.get_by_text("You predicted: a line from 10 % to 100 %.").wait_for()
    points = json.loads(asked.locator("[data-widget=network]").get_attribute("data-foretold"))["points"]
    assert [round(value, 3) for _, value in points[1:4]] == [0.35, 0.422, 0.494]  # straight where nothing was drawn


def test_a_line_by_touch_on_a_phone(visit):
    page = visit(LESSON, has_touch=True, viewport={"width": 360, "height": 740})
    asked = figure(page)
    draw(page, asked, [(0.1, 0.9), (0.5, 0.5), (0.9, 0.1)], tap=True)
    shown = heights(asked)
    assert (shown[1], shown[5], shown[9]) == pytest.approx((90, 50, 10), abs=2)
    asked.get_by_role("button", name="See what happens").tap()
    asked.get_by_text("You predicted: a line from").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_skip_is_said_and_draws_nothing(visit):
    page = visit(LESSON)
    asked = figure(page)
    asked.get_by_role("button", name="Skip the prediction").click()
    asked.get_by_text("You skipped the prediction.").wait_for()
    network = asked.locator("[data-widget=network][data-ready]")
    network.wait_for()
    assert "your prediction" not in network.locator(".keys").inner_text()


@pytest.mark.parametrize("paper", [False, True])
def test_empty_axes_without_script_and_on_paper(browser, site, paper):
    context = browser.new_context(java_script_enabled=paper)
    page = context.new_page()
    for name, use in USES.items():
        page.emulate_media(media="screen")
        page.goto(f"{site}lessons/{name}.html")
        asked = page.locator("figure:has(.predict):has([data-widget=network])")
        if paper:
            figure(page)
            page.emulate_media(media="print")
            assert not asked.locator(".sketch-how").is_visible()
        assert asked.locator(".sketch svg").is_visible()
        assert use.prediction.sketch.title in asked.locator(".sketch-title").inner_text()
        assert asked.locator(".sketch text").last.text_content() == str(use.state.steps)
        assert asked.locator("img.still").is_visible()
    context.close()
