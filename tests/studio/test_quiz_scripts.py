"""Widgets that a question brings: their scripts come when it is due, and not before."""

import re

import pytest

from tests.built import built

SCRIPT = {"data-run": "network.js", "data-play": "landscape.js"}  # by the attribute of the questions that need it


def ask(page, site, mark):
    """The page of the course's quiz, of whose questions those with this attribute are left; answers the first."""
    whole = built()["quiz.html"].decode()
    left = re.sub(rf'<article class="question"(?![^>]* {mark}=)[^>]*>.*?</article>', "", whole, flags=re.DOTALL)
    assert f" {mark}=" in left
    page.route("**/quiz.html", lambda route: route.fulfill(body=left, content_type="text/html"))
    page.goto(f"{site}quiz.html#seed=1")
    if mark == "data-play":
        assert page.locator(f'script[src$="{SCRIPT[mark]}"]').count() == 0
        if page.locator(".quiz form.number").count():
            page.locator(".quiz form.number input").fill("1")
            page.get_by_role("button", name="Check").click()
        else:
            page.locator(".quiz button.option").first.click()


@pytest.mark.parametrize("mark", SCRIPT)
def test_it_comes_with_its_question_and_the_widget_starts_once(mark, visit, site):
    page = visit("about.html", reduced_motion="reduce")
    assert page.locator(f'script[src$="{SCRIPT[mark]}"]').count() == 0
    ask(page, site, mark)
    player = page.locator(".quiz [data-widget] .play")
    player.first.wait_for()
    assert player.count() == 1
    assert page.locator(f'script[src$="{SCRIPT[mark]}"]').count() == 1
    if mark == "data-run":  # the next finds it there
        page.locator(".quiz button.option").first.click()
        page.locator(".quiz .answers").last.locator("button.option").first.click()
        page.locator(".quiz .of-twin").first.wait_for(state="attached")
        assert player.count() == 1


@pytest.mark.parametrize("mark", SCRIPT)
def test_where_it_cannot_be_had_a_line_says_so_and_the_quiz_goes_on(mark, browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.route(f"**/{SCRIPT[mark]}", lambda route: route.fulfill(status=404))
    ask(page, site, mark)
    line = page.locator(".quiz [data-widget] .failed-notice")
    line.wait_for()
    assert line.inner_text() == f"static/{SCRIPT[mark]} could not be loaded: is it there?"
    if mark == "data-run":
        page.locator(".quiz button.option").first.click()
        page.locator(".quiz .answers").last.locator("button.option").first.click()
    assert page.locator(".onward button.main").is_visible()
    context.close()
