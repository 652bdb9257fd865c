"""The whole course as a learner takes it, from START to the score, and what the browser remembers of it."""

import json
import re

from ravine.lessons import course
from tests.conftest import FLAGS, chromium


def answer(page):
    """Answers the question on the page, as somebody who guesses; says whether it was right."""
    question = page.locator(".question")
    if (options := question.locator("button.option")).count():
        options.first.click()
        if question.locator(".ward").count():  # a sick run: then a cure
            question.locator(".answers").last.locator("button.option").first.click()
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
    marks = ["✓ Visited"] * (len(course()) + 1) + [f"✓ Best {right}/10"]  # the review too
    assert page.locator(".course-state").all_inner_texts() == marks
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
    page.locator(".brand").click()
    page.get_by_role("button", name="Forget my progress").click()
    page.get_by_role("button", name="Forget it all").click()
    page.get_by_role("link", name="START", exact=True).wait_for()
    assert page.locator(".course-state").count() == 0


def test_a_task_is_ticked_off_and_stays_so(visit):
    page = visit("lessons/momentum.html", reduced_motion="reduce")
    tasks = page.locator(".task[data-done]")
    figure = page.locator("figure", has=tasks.first).first
    figure.locator(".stage").click(position={"x": 120, "y": 60})
    mu = figure.get_by_label("Momentum: momentum, ").and_(figure.locator("input[type=text]"))
    for value in ("0.96", "0.5", "0", "0.94"):  # the other way round, and not far enough
        mu.fill(value)
        mu.press("Enter")
        assert tasks.first.locator("b").inner_text() == "Try it."
    mu.fill("0.95")
    mu.press("Enter")
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


def remembered(page):
    return json.loads(page.evaluate("localStorage.getItem('ravine')"))


def test_two_tabs_lose_nothing(browser, site):
    """Each page was opened before the other wrote."""
    first, second, third = (lesson.name for lesson in course()[:3])
    context = browser.new_context(reduced_motion="reduce")
    one, two = context.new_page(), context.new_page()
    one.goto(f"{site}index.html")
    two.goto(f"{site}lessons/{first}.html")
    one.locator(".course-state").wait_for()  # home hears at once of the lesson that the other tab opened
    assert one.get_by_role("link", name="CONTINUE").get_attribute("href").endswith(f"{second}.html")
    one.goto(f"{site}lessons/{second}.html")
    two.goto(f"{site}lessons/{third}.html")
    for page in (one, two):
        assert set(remembered(page)["visited"]) == {first, second, third}
    context.close()


def test_back_from_the_browsers_cache_loses_nothing(browser, site):
    """The page that comes back is as it was before the next one wrote."""
    first, second = (lesson.name for lesson in course()[:2])
    cached = browser.browser_type.launch(
        executable_path=chromium(), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    page = cached.new_context(reduced_motion="reduce").new_page()
    page.goto(f"{site}index.html")
    page.evaluate("addEventListener('pageshow', ({ persisted }) => (window.cameBack = persisted))")
    page.goto(f"{site}lessons/{first}.html")
    page.goto(f"{site}lessons/{second}.html")
    page.go_back(wait_until="commit")  # what comes from the cache is not loaded again
    page.go_back(wait_until="commit")
    page.locator(".course-state").nth(1).wait_for()
    assert page.evaluate("window.cameBack") is True
    assert page.locator(".course-state").count() == 2
    page.goto(f"{site}lessons/{course()[2].name}.html")
    assert set(remembered(page)["visited"]) == {lesson.name for lesson in course()[:3]}
    cached.close()


def test_a_task_done_in_another_tab_is_ticked_off_here(browser, site):
    context = browser.new_context(reduced_motion="reduce")
    here = context.new_page()
    here.goto(f"{site}lessons/adam.html")
    there = context.new_page()
    there.goto(f"{site}lessons/adam.html")
    there.get_by_label("times").select_option("1000")
    there.locator(".task.done").wait_for()
    here.locator(".task.done").wait_for(state="attached")
    context.close()


def test_forgetting_is_asked_about_and_reaches_other_tabs(browser, site):
    context = browser.new_context(reduced_motion="reduce")
    lesson, home = context.new_page(), context.new_page()
    lesson.goto(f"{site}lessons/{course()[0].name}.html")
    assert lesson.get_by_role("button", name="Forget").count() == 0  # only where the progress is seen
    home.goto(f"{site}index.html")
    ask = home.get_by_role("button", name="Forget my progress")
    ask.click()
    assert "1 page visited" in home.get_by_role("dialog").inner_text()
    home.keyboard.press("Enter")  # the focus is on keeping it
    ask.click()
    home.keyboard.press("Escape")
    assert remembered(home)["visited"] == [course()[0].name]
    ask.click()
    home.get_by_role("button", name="Forget it all").click()
    assert remembered(home)["visited"] == []
    assert home.get_by_role("link", name="START", exact=True).is_visible()
    assert not ask.is_visible()
    lesson.reload()
    assert remembered(home)["visited"] == [course()[0].name]  # it was visited again, and the rest is gone
    context.close()


def test_after_the_last_lesson_home_goes_on_to_review_quiz_and_playground(visit):
    page = visit("index.html", reduced_motion="reduce")
    seen = [lesson.name for lesson in course()]
    steps = [
        (seen[:-1], {}, "CONTINUE", f"{seen[-1]}.html", f"Next: {course()[-1].title}"),
        (seen, {}, "CONTINUE", "review.html", "Next: Review"),
        ([*seen, "review"], {}, "CONTINUE", "quiz.html", "Next: Final quiz"),
        (
            [*seen, "review"],
            {"final": {"right": 7, "of": 10}},
            "PLAY ON",
            "playground.html",
            "You have been everywhere.",
        ),
    ]
    for visited, scores, words, target, where in steps:
        progress = json.dumps({"visited": visited, "scores": scores, "done": [f"{seen[0]}#widget-1"]})
        page.evaluate("text => localStorage.setItem('ravine', text)", progress)
        page.reload()
        start = page.locator("a[data-start]")
        assert start.inner_text() == words
        assert start.get_attribute("href").endswith(target)
        assert page.locator("[data-start-where]").inner_text() == where
    assert page.locator("[data-lesson=final] .course-state").inner_text() == "✓ Best 7/10"
    tasks = course()[0].tasks
    assert page.locator(f"[data-lesson={seen[0]}] .course-state").inner_text() == f"✓ Visited · tasks 1/{tasks}"
    page.goto(page.url.replace("index.html", "quiz.html"))
    assert page.locator("[data-best]").inner_text() == "Your best so far: 7/10."
