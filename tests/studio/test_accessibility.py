"""For everyone: axe on every page, the keyboard, no script, no motion, narrow and wide windows, paper."""

import re

import numpy as np
import pytest

from ravine.landscapes import landscapes
from ravine.studio import hero
from tests.built import built
from tests.conftest import visiting
from tests.studio.axe import assert_accessible, put_axe

# The sheets are alike: those of one lesson stand for all.
PAGES = sorted(path for path in built() if path.endswith(".html") and (path[:7] != "sheets/" or "/adam" in path))


@pytest.fixture(scope="module", params=PAGES)
def opened(request, browser, site):
    """A page of the site, opened once for the three tests that look at every page."""
    with visiting(browser, site) as visit:
        yield visit(request.param, reduced_motion="reduce")


# Keeps what the focus meets and what it should, where it cannot be seen, and whether it has got out of the page.
FOCUS = """
() => {
  const controls = [...document.querySelectorAll("a[href], button:enabled, select:enabled, summary")];
  const wanted = controls.filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.tabIndex >= 0);
  window.focus_ = { wanted, met: new Set(), unseen: [], left: false };
  addEventListener("focusin", ({ target }) => {
    focus_.met.add(target);
    if (!target.matches(":focus-visible")) focus_.unseen.push(target.outerHTML.slice(0, 120));
  });
  addEventListener("keyup", () => (focus_.left ||= document.activeElement === document.body));
  return wanted.length;
}
"""


def test_the_keyboard_reaches_every_control(opened):
    """Tabbing through the page meets each link and button that can be seen, and gets out at its end."""
    wanted = opened.evaluate(FOCUS)
    assert wanted
    for _ in range(wanted * 3 // 10 + 5):
        for _ in range(10):
            opened.keyboard.press("Tab")
        if opened.evaluate("focus_.left"):
            break
    assert opened.evaluate("focus_.left")
    assert opened.evaluate("focus_.unseen") == []
    missed = "focus_.wanted.filter((e) => e.isConnected && !focus_.met.has(e)).map((e) => e.outerHTML.slice(0, 120))"
    assert opened.evaluate(missed) == []


def test_axe_finds_nothing(opened):
    put_axe(opened)
    assert_accessible(opened)


def test_a_player_has_its_words_before_it_is_seen(visit):
    page = visit("network.html", viewport={"width": 360, "height": 200})
    play = page.locator(".network-widget .play")
    play.wait_for(state="attached")
    assert play.bounding_box()["y"] > 200
    assert play.text_content() == "Play"


def test_every_width(opened):
    """From a phone to a projector the page never scrolls sideways, and controls are at least 24 px each way."""
    for width in (2560, 1280, 768, 360):
        opened.set_viewport_size({"width": width, "height": 800})
        opened.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")  # redrawn
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        small = opened.evaluate(
            "[...document.querySelectorAll('button, select, summary, .button, .menu a, [type=range], [type=number]')]"
            ".map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])"
            ".filter(([, { width, height }]) => width > 0 && height > 0 && (width < 24 || height < 24))"
            ".map(([html, { width, height }]) => `${html} ${width} × ${height}`)"
        )
        assert small == [], width


def test_what_is_folded_fits_a_phone_too(opened):
    opened.set_viewport_size({"width": 360, "height": 740})
    opened.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    opened.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_table_of_a_map_of_rates_fits_a_phone(visit):
    page = visit("playground.html#landscape=rosenbrock&rules=adam&map=rates", viewport={"width": 360, "height": 740})
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.get_by_text("As a table", exact=True).last.click()
    page.locator(".map-body table").last.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


# The colours of an element, and of what stands before it, as they are shown.
SHOWN = "(element, part) => { const s = getComputedStyle(element, part); return [s.backgroundColor, s.color]; }"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_persons_own_colours_what_is_pressed_and_the_start_are_seen(scheme, visit):
    page = visit("playground.html", color_scheme=scheme, forced_colors="active")
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    pressed, other = (page.get_by_role("button", name=name, exact=True) for name in ("Contours", "3-D"))
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert pressed.evaluate(SHOWN)[0] not in (other.evaluate(SHOWN)[0], paper)
    for part in ("::before", "::after"):
        assert page.locator(".start-handle").evaluate(SHOWN, part)[0] != paper
    page.goto(page.url.partition("playground")[0] + "network.html#data=xor&layers=4&twin.seed=1")
    marks = page.locator(".network-key b")
    marks.first.wait_for()
    assert paper not in [mark.evaluate(SHOWN, "::before")[0] for mark in marks.all()]


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("lessons/") and "index" not in path])
def test_a_lesson_can_be_read_without_script(path, browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + path)
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator("math").first.is_visible()
    picture = page.locator("[data-widget] img").first
    picture.scroll_into_view_if_needed()
    assert picture.is_visible()
    assert len(picture.get_attribute("alt")) > 20
    assert page.get_by_role("link", name=re.compile("^Next|→")).last.is_visible()
    context.close()


def test_home_can_be_read_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert page.locator(".hero-picture .runner").count() == 5
    assert not page.locator("[data-hero-pause]").is_visible()
    page.get_by_role("link", name="START", exact=True).click()
    page.wait_for_url("**/lessons/gradient-descent.html")
    context.close()


def test_home_by_keyboard(visit):
    """The first Tab offers the way past the menu; what follows is in the order of the page."""
    page = visit("index.html", reduced_motion="reduce")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "START"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/gradient-descent.html")


def paths(page):
    return page.eval_on_selector_all(
        ".hero-picture .runner", "runners => runners.map(runner => runner.getAttribute('d'))"
    )


def test_the_race_on_the_home_page_runs_and_can_be_stopped(visit):
    page = visit("index.html")
    before = paths(page)
    page.wait_for_function(
        "d => document.querySelector('.hero-picture .runner').getAttribute('d') !== d", arg=before[0]
    )
    page.get_by_role("button", name="Pause").click()
    stopped = paths(page)
    page.wait_for_timeout(300)
    assert paths(page) == stopped
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "d => document.querySelector('.hero-picture .runner').getAttribute('d') !== d", arg=stopped[0]
    )


def test_it_stands_still_for_who_wants_no_motion(visit):
    """It shows the race that Python drew, in the browser's own numbers, and a new one when asked."""
    page = visit("index.html", reduced_motion="reduce")
    drawn = re.findall(r'<path class="runner" [^>]*?\bd="([^"]*)"', built()["index.html"].decode())[:5]
    for ours, theirs in zip(paths(page), drawn, strict=True):
        numbers = [[float(number) for number in path[1:].split()] for path in (ours, theirs)]
        assert numbers[0] == pytest.approx(numbers[1], abs=0.11)
    page.wait_for_timeout(300)
    shown = paths(page)
    page.get_by_role("button", name="Another start").click()
    assert paths(page) != shown
    page.locator(".hero-picture").click(position={"x": 700, "y": 200})
    starts = {path.split()[0] + path.split()[1] for path in paths(page)}
    assert len(starts) == 1


def test_the_home_page_counts_the_ends_of_the_race_at_hand(visit):
    page = visit("index.html", reduced_motion="reduce")
    minima = np.array(landscapes[hero.LANDSCAPE].minima)
    said = set()
    for _ in range(25):
        ends = [path[1:].split()[-2:] for path in paths(page)]
        points = [(float(x) / hero.SCALE + hero.LEFT, hero.Y[1] - float(y) / hero.SCALE) for x, y in ends]
        apart = np.linalg.norm(minima - np.array(points)[:, None], axis=2)
        assert apart.min(axis=1).max() < 0.5  # each ends in a minimum
        count = len(set(apart.argmin(axis=1)))
        words = page.locator(".hero-caption").inner_text()
        assert words == f"One start, 5 rules, {'the same end' if count == 1 else f'{count} different ends'}:"
        said.add(words)
        page.get_by_role("button", name="Another start").click()
    assert len(said) > 1


def test_on_paper(visit):
    page = visit("review.html", color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert not page.locator(".around").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('math')).color") == "rgb(0, 0, 0)"


def test_a_lesson_on_paper_has_its_pictures_and_its_question_and_nothing_to_turn(visit):
    page = visit("lessons/nesterov.html")
    page.emulate_media(media="print")
    for shown in (".stage", ".chart", ".stem", "button.option", ".dial input[type=text]"):
        assert page.locator(f"{shown}:visible").count() > 0, shown
    assert page.locator("input[type=range]:visible, select:visible, button:not(.option):visible").count() == 0
