"""Changes of the playground can be taken back: by Undo, by its keys, and by the browser's Back."""

import pytest

WIDE = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def page(visit):
    page = visit("index.html", **WIDE)
    page.goto(page.url.replace("index.html", "playground.html"))
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    return page


def choose_formula(page, text="x**2 + 3*y**2"):
    page.get_by_label("Landscape", exact=True).first.select_option("formula")
    page.get_by_label("f(x, y) =").first.fill(text)
    settled(page, f"formula={text}")


def settled(page, part):
    """Waits until the address says so: what is changed sooner is one change with it."""
    page.wait_for_function("part => decodeURIComponent(location.hash).includes(part)", arg=part)


def title(page):
    return page.locator("canvas.ground").get_attribute("aria-label").split(" as ")[0]


def test_back_takes_the_last_change_back_and_not_the_page(page):
    choose_formula(page)
    page.get_by_label("Landscape", exact=True).first.select_option("rosenbrock")
    settled(page, "rosenbrock")
    page.go_back()
    settled(page, "formula=x**2 + 3*y**2")
    assert page.get_by_label("f(x, y) =").first.input_value() == "x**2 + 3*y**2"
    page.go_forward()
    settled(page, "rosenbrock")
    page.wait_for_function(
        "() => document.querySelector('canvas.ground').getAttribute('aria-label').startsWith('Rosenbrock')"
    )


def test_reset_can_be_undone_and_redone(page):
    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    assert undo.is_disabled()
    assert redo.is_disabled()
    choose_formula(page)
    page.get_by_role("button", name="Reset").click()
    settled(page, "himmelblau")
    undo.click()
    settled(page, "formula=x**2 + 3*y**2")
    assert page.get_by_label("f(x, y) =").first.input_value() == "x**2 + 3*y**2"
    assert redo.is_enabled()
    redo.click()
    settled(page, "himmelblau")
    page.wait_for_function("() => [...document.querySelectorAll('.undo button')][1].disabled")


def test_the_keys_undo_to_the_beginning_and_no_further(page):
    before = page.locator(".standing").all_inner_texts()
    start = page.get_by_role("button", name="Start at")
    for key in ("ArrowRight", "ArrowUp"):
        start.focus()
        page.keyboard.press(key)
        page.wait_for_timeout(450)  # for the address to be written: quicker ones are one change
    # Quicker than the browser goes back, as from a key that is held on a machine that is busy.
    key = "new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true, cancelable: true })"
    page.evaluate(f"() => {{ for (let n = 0; n < 5; n++) document.body.dispatchEvent({key}); }}")
    page.wait_for_function("() => [...document.querySelectorAll('.undo button')][0].disabled")
    page.wait_for_timeout(300)
    assert page.url.split("#")[0].endswith("playground.html")
    assert page.locator(".standing").all_inner_texts() == before
    assert page.get_by_role("button", name="Undo", exact=True).is_disabled()


def test_playing_makes_no_entries(page):
    entries = page.evaluate("history.length")
    page.get_by_role("button", name="Back to the start").click()
    for _ in range(3):
        page.get_by_role("button", name="One step forward").click()
        page.wait_for_timeout(350)
    settled(page, "step=3")
    assert page.evaluate("history.length") == entries


def test_one_way_of_a_slider_is_one_change(page):
    entries = page.evaluate("history.length")
    slider = page.get_by_label("Momentum: momentum", exact=True)
    slider.evaluate(  # from in the page: a machine that is busy would make pauses between presses of a key
        "slider => { for (let n = 0; n < 15; n++) { slider.stepUp(); slider.dispatchEvent(new Event('input', "
        "{ bubbles: true })); } slider.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    settled(page, "momentum.momentum=")
    assert page.evaluate("history.length") == entries + 1
