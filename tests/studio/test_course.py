"""The whole course as a learner takes it, from START to the score, and what the browser remembers of it."""

import json
import re

from ravine.lessons import course


def answer(page):
    """Answers the question on the page, as somebody who guesses; says whether it was right."""
    question = page.locator(".question")
    if (options := question.locator("button.option")).count():
        options.first.click()
    else:
        if (boxes := question.get_by_role("checkbox")).count():
            boxes.first.check()
        else:
            question.get_by_role("textbox").fill("1")
        question.get_by_role("button", name="Check").click()
    verdict = question.locator(".verdict").inner_text()
    assert verdict.startswith(("Correct.", "Wrong."))
    return verdict.startswith("Correct.")


def test_from_start_to_the_score(visit):
    page = visit("index.html", reduced_motion="reduce")
    page.get_by_role("link", name="START", exact=True).click()
    for lesson in course():
        page.wait_for_url(f"**/lessons/{lesson.name}.html")
        assert page.get_by_role("heading", level=1).inner_text() == lesson.title
        assert page.locator(".position").inner_text().startswith(f"Lesson {lesson.number}")
        page.locator(".around .next").click()
    page.wait_for_url("**/review.html")
    page.get_by_role("link", name="The final quiz").click()
    page.wait_for_url("**/quiz.html*")

    right = 0
    for number in range(1, 11):
        assert page.locator(".quiz-position").inner_text() == f"Question {number} of 10"
        right += answer(page)
        page.get_by_role("button", name="Submit" if number == 10 else "Next").click()
    assert page.locator(".score b").inner_text() == f"{right}/10"
    page.locator(".look-again a").first.click()
    page.wait_for_url(re.compile(r"/lessons/[a-z-]+\.html#"))

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").click()
    page.locator(".course-state", has_text="Visited").last.wait_for()
    assert page.locator(".course-state").all_inner_texts() == ["✓ Visited"] * len(course())
    stored = page.evaluate("Object.entries(localStorage)")
    assert [key for key, _ in stored] == ["ravine"]
    assert json.loads(stored[0][1])["scores"] == {"final": {"right": right, "of": 10}}
    assert page.context.cookies() == []


def test_it_goes_on_where_one_left_and_forgets_when_told(visit):
    first, second, third = (lesson.name for lesson in course()[:3])
    page = visit(f"lessons/{first}.html", reduced_motion="reduce")
    page.locator(".around .next").click()
    page.wait_for_url(f"**/{second}.html")
    page.locator(".brand").click()
    page.get_by_role("link", name="CONTINUE").click()
    page.wait_for_url(f"**/{third}.html")
    with page.expect_navigation():
        page.get_by_role("button", name="Forget my progress").click()
    page.locator(".brand").click()
    page.wait_for_url("**/index.html")
    page.locator(".course-state").first.wait_for()
    assert page.locator(".course-state").count() == 1  # the lesson in which the button was pressed


def test_a_task_is_ticked_off_and_stays_so(visit):
    page = visit("lessons/momentum.html", reduced_motion="reduce")
    tasks = page.locator(".task[data-done]")
    name = tasks.first.get_attribute("data-done")
    figure = page.locator("figure", has=tasks.first).first
    figure.locator("[data-widget]").evaluate(
        "(widget, detail) => widget.dispatchEvent(new CustomEvent('ravine:done', { bubbles: true, detail }))", name
    )
    assert tasks.first.locator("b").inner_text() == "✓ Done."
    page.reload()
    assert tasks.first.locator("b").inner_text() == "✓ Done."
    assert page.locator(".task.done").count() == 1


def test_a_browser_that_stores_nothing(browser, site):
    """As in some private windows: the course works all the same."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })")
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(site + "lessons/adam.html")
    page.locator(".around .next").click()
    page.wait_for_url("**/variants.html")
    page.locator(".brand").click()
    page.get_by_role("link", name="START", exact=True).wait_for()
    assert faults == []
    context.close()


def test_what_was_stored_by_something_else(visit):
    page = visit("index.html", reduced_motion="reduce")
    for text in ("", "{", "[1, 2]", '{"visited": "adam", "scores": {"adam": 3}}'):
        page.evaluate("text => localStorage.setItem('ravine', text)", text)
        page.reload()
        assert page.get_by_role("link", name="START", exact=True).is_visible()
