"""After an answer its reason is seen, whatever the kind of question and the window, and nothing skips it unread."""

import json

import pytest

from ravine.studio.quizzes import all_questions
from tests.studio.test_quiz_page import answer, asked, onward

PHONE = {"width": 360, "height": 740}
TURNED = {"width": 740, "height": 360}

# What of the reason for the reader's own answer is covered: by the window's edges, or by the bar that goes on.
SEEN = """() => {
  const [bar] = document.querySelectorAll(".onward");
  const beside = [...bar.querySelectorAll(".verdict .why")];
  const own = beside.length ? beside : [...document.querySelectorAll(".settled.chosen .why")];
  const missed = [...document.querySelectorAll(".settled.right:not(.chosen) .why")];
  return (own.length ? own : missed).map((why) => {
    const { top, bottom } = why.getBoundingClientRect();
    const button = bar.querySelector("button").getBoundingClientRect().bottom;
    return { top, bottom, bar: beside.length ? innerHeight : bar.getBoundingClientRect().top, button };
  });
}"""


def each_kind():
    """Of each kind of question, with and without a picture, a formula or a race to play, one with long texts."""
    found = {}
    for question in all_questions():
        shown = bool(question.picture), bool(question.formula), bool(question.play)
        options = question.options or ()
        size = len(question.text) + sum(len(str(option.text)) + len(option.why) for option in options)
        known = found.get((question.kind, shown))
        if known is None or size > known[0]:
            found[question.kind, shown] = size, question
    return [question for _, question in found.values()]


@pytest.fixture(scope="module")
def alone(browser, site):
    """alone(question, window): a quiz that asks this question, and then another."""
    contexts = []

    def open_page(question, window):
        context = browser.new_context(viewport=window, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        name = json.dumps(f"{question.lesson}/{question.id}")
        context.add_init_script(f"""new MutationObserver((_, watch) => {{
          if (document.readyState === "loading" && !document.querySelector("footer")) return;
          watch.disconnect();
          const all = [...document.querySelectorAll("article.question")];
          const first = all.find((article) => article.dataset.question === {name});
          const other = all.find((article) => article.dataset.question !== {name});
          all.filter((article) => article !== first && article !== other).forEach((article) => article.remove());
          first.parentElement.prepend(first);
        }}).observe(document, {{ childList: true, subtree: true }})""")
        page.goto(f"{site}quiz.html")
        page.locator(".quiz-position").scroll_into_view_if_needed()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("window", "right"), [(PHONE, True), (PHONE, False), (TURNED, False)])
@pytest.mark.parametrize("question", each_kind(), ids=lambda question: question.id)
def test_the_reason_is_in_view(question, window, right, alone):
    page = alone(question, window)
    assert asked(page).id == question.id
    answer(page, right)
    reasons = page.evaluate(SEEN)
    assert any(each["top"] >= 0 and each["bottom"] <= each["bar"] + 0.5 for each in reasons), reasons
    assert all(each["button"] <= window["height"] for each in reasons)
    assert page.evaluate("document.activeElement.matches('.onward button.main')")
    if question.kind == "diagnose":
        page.locator(".ward").get_by_text("Twin").first.wait_for()
        top = "document.querySelector('.ward .play').getBoundingClientRect().top"
        assert 0 <= page.evaluate(top) < window["height"] / 2, "the cured run is watched"


@pytest.mark.parametrize("key", ["Enter", "Space"])
@pytest.mark.parametrize("kind", ["choice", "several", "number"])
def test_a_held_key_answers_and_does_not_go_on(kind, key, alone):
    page = alone(next(question for question in each_kind() if question.kind == kind), PHONE)
    first = page.locator(".quiz .answers").locator("input, button").first
    if first.get_attribute("type") == "checkbox":
        first.check()
        first = page.get_by_role("button", name="Check")
    elif first.get_attribute("type") == "text":
        first.fill("1")
        first = page.get_by_role("button", name="Check") if key == "Space" else first
    first.focus()
    for _ in range(8):  # Playwright's second "down" of a key that is not up repeats it
        page.keyboard.down(key)
    page.keyboard.up(key)
    assert page.locator(".verdict b").count() == 1
    assert page.locator(".quiz-position").inner_text() == "Question 1 of 2"
    page.keyboard.press(key)  # and pressed anew it does
    assert page.locator(".quiz-position").inner_text() == "Question 2 of 2"


def test_a_double_click_answers_and_does_not_go_on_nor_answer_the_next(alone):
    question = next(question for question in each_kind() if question.kind == "choice")
    page = alone(question, PHONE)
    option = page.locator(".quiz button.option").last
    option.scroll_into_view_if_needed()
    box = option.bounding_box()
    page.evaluate("y => scrollBy(0, y)", box["y"] + box["height"] / 2 - 700)  # where the bar will be
    option.dblclick()
    assert page.locator(".quiz-position").inner_text() == "Question 1 of 2"
    onward(page).dblclick()
    assert page.locator(".quiz-position").inner_text() == "Question 2 of 2"
    assert page.locator(".verdict b").count() == 0
