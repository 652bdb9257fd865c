"""The quizzes in the browser: right and wrong answers, every kind, the keyboard, the seed, the score, and axe."""

import html
import re
from functools import cache

import pytest

from ravine.lessons import course
from ravine.lessons.markdown import inline
from ravine.lessons.quiz_file import quizzes
from ravine.studio.quizzes import all_questions
from tests.studio.axe import assert_accessible, put_axe


def letters(text):
    """Letters and digits alone: what does not depend on how a browser spaces a formula."""
    return re.sub(r"\W", "", text)


@cache
def words(markup):
    """The same of HTML, or of a line of Markdown with formulas."""
    return letters(html.unescape(re.sub(r"<[^>]*>", "", inline(markup) if "<" not in markup else markup)))


def said(locator):
    return letters(locator.text_content())


def asked(page):
    """The question that the page shows, among those of the files."""
    stem = said(page.locator(".quiz .stem"))
    found = [question for question in all_questions() if words(question.text) == stem]
    if len(found) > 1:  # "Which rule is this?"
        shown = said(page.locator(".quiz .shown"))
        found = [question for question in found if words(question.formula.mathml()) == shown]
    assert len(found) == 1
    return found[0]


def answer(page, right):
    """Answers what is asked, and returns the question."""
    question = asked(page)
    if question.number:
        box = page.get_by_label("Your answer")
        box.fill(f"{question.number.key:.3g}" if right else "123456")
        box.press("Enter")
    elif question.kind == "several":
        for place, option in enumerate(question.options):
            if option.right is right:
                page.locator(".quiz input[type=checkbox]").nth(place).check()
        page.get_by_role("button", name="Check").click()
    else:
        place = next(place for place, option in enumerate(question.options) if option.right is right)
        page.locator(".quiz button.option").nth(place).click()
    if question.kind == "diagnose":
        place = next(place for place, cure in enumerate(question.cures) if cure.right is right)
        page.locator(".quiz .answers").last.locator("button.option").nth(place).click()
    return question


def onward(page):
    return page.locator(".onward button.main")


def play(page, rights):
    """Plays a quiz to its score; returns the questions."""
    questions = []
    for number, right in enumerate(rights, start=1):
        assert page.locator(".quiz-position").inner_text() == f"Question {number} of {len(rights)}"
        questions.append(answer(page, right))
        assert page.locator(".verdict b").inner_text() == ("Correct." if right else "Wrong.")
        assert onward(page).inner_text() == (f"Next ({number + 1}/{len(rights)})" if number < len(rights) else "Submit")
        onward(page).click()
    return questions


@pytest.mark.parametrize("name", [lesson.name for lesson in course()])
def test_a_lessons_quiz_with_right_answers_throughout(name, visit):
    page = visit(f"lessons/{name}.html", reduced_motion="reduce")
    count = min(5, len({question.id for question in quizzes()[name]}))
    asked = play(page, [True] * count)
    assert len({question.id for question in asked}) == count
    assert page.locator(".score b").inner_text() == f"{count}/{count}"
    assert page.locator(".look-again").count() == 0
    page.reload()
    assert page.evaluate("JSON.parse(localStorage.ravine).scores")[name] == {"right": count, "of": count}


def test_wrong_answers_and_what_to_look_at_again(visit):
    page = visit("lessons/adam.html", reduced_motion="reduce")
    questions = play(page, [True, False, True, False, False])
    assert page.locator(".score b").inner_text() == "2/5"
    places = {f"#{question.section}" for question, right in zip(questions, [1, 0, 1, 0, 0], strict=True) if not right}
    links = page.locator(".look-again a")
    assert {link.get_attribute("href").partition("adam.html")[2] for link in links.all()} == places
    links.first.click()
    target = page.url.partition("#")[2]
    assert page.locator(f"#{target}").evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_every_option_says_why_once_one_is_chosen(visit):
    page = visit("lessons/nesterov.html", reduced_motion="reduce")
    question = asked(page)
    assert page.locator(".quiz .why").count() == 0
    page.locator(".quiz button.option").first.click()
    items = page.locator(".quiz .choices > li")
    for item, option in zip(items.all(), question.options, strict=True):
        assert words(option.why) in said(item.locator(".why"))
        assert ("✓ Right" if option.right else "✗ Wrong") in item.inner_text()
    assert "your answer" in items.first.inner_text()
    assert page.locator(".quiz button.option").count() == 0
    link = page.locator(".onward .again a")
    assert link.get_attribute("href").endswith(f"nesterov.html#{question.section}")


def test_a_usual_mistake_is_recognised(visit):
    page = visit("lessons/adagrad.html", reduced_motion="reduce")
    answer(page, True)
    onward(page).click()
    question = asked(page)
    mistake = question.number.mistakes[0]
    page.get_by_label("Your answer").fill(f"{mistake.value:g}".replace(".", ","))
    page.get_by_role("button", name="Check").click()
    assert page.locator(".verdict b").inner_text() == "Wrong."
    lines = page.locator(".quiz .choices > li")
    assert words(mistake.why) in said(lines.first)
    assert words(question.number.why) in said(lines.last)


def test_what_is_no_number_is_not_judged(visit):
    page = visit("lessons/momentum.html", reduced_motion="reduce")
    box = page.get_by_label("Your answer")
    example = "rite a number, such as 0.05, 5e-2 or 1/20."
    for text, said in {"": f"W{example}", "ten": f"Ten is no number: w{example}"}.items():
        box.fill(text)
        box.press("Enter")
        assert page.locator(".quiz").get_by_role("alert").inner_text() == said
        assert page.evaluate("document.activeElement === document.querySelector('.quiz input')")
    assert page.locator(".verdict b").count() == 0


def test_several_is_right_only_if_all_right_ones_and_no_others_are_chosen(visit):
    page = visit("lessons/dialects.html", reduced_motion="reduce")
    question = asked(page)
    assert question.kind == "several"
    first = next(place for place, option in enumerate(question.options) if option.right)
    page.locator(".quiz input[type=checkbox]").nth(first).check()
    page.get_by_role("button", name="Check").click()
    assert page.locator(".verdict b").inner_text() == "Wrong."


def test_the_whole_quiz_by_keyboard(visit):
    """Tab to an option, Enter; the focus is then on the way on, and after it at the next question."""
    page = visit("lessons/nesterov.html", reduced_motion="reduce")
    page.locator(".quiz-position").focus()
    for number in range(1, 5):
        question = asked(page)
        focused = "document.activeElement"
        for _ in range(4):
            page.keyboard.press("Tab")
            if page.evaluate(f"{focused}.matches('.quiz button.option, .quiz input')"):
                break
        if question.number:
            page.keyboard.type(f"{question.number.key:g}")
        else:
            for _ in range(next(place for place, option in enumerate(question.options) if option.right)):
                page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.locator(".verdict b").inner_text() == "Correct."
        assert page.evaluate(f"{focused}.textContent") == (f"Next ({number + 1}/4)" if number < 4 else "Submit")
        page.keyboard.press("Enter")
        assert page.evaluate(f"{focused}.className") == ("quiz-position" if number < 4 else "score")
    assert page.locator(".score b").inner_text() == "4/4"


def test_boxes_by_keyboard(visit):
    page = visit("lessons/dialects.html", reduced_motion="reduce")
    question = asked(page)
    page.locator(".quiz input[type=checkbox]").first.focus()
    for option in question.options:
        if option.right:
            page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".verdict b").inner_text() == "Correct."


def test_the_verdict_is_announced_with_its_reason(visit):
    page = visit("lessons/nesterov.html", reduced_motion="reduce")
    status = page.locator(".quiz [role=status]")
    assert status.text_content() == ""
    question = answer(page, False)
    wrong = next(option for option in question.options if not option.right)
    assert words(wrong.why) in said(status)


def test_a_prediction_is_played(visit):
    page = visit("lessons/nesterov.html", reduced_motion="reduce")
    while not asked(page).play:
        answer(page, True)
        onward(page).click()
    assert page.locator(".quiz [data-widget=landscape]").count() == 0
    answer(page, False)
    widget = page.locator(".quiz [data-widget=landscape]")
    assert widget.locator("canvas").first.is_visible()
    assert "0 / 150" in widget.inner_text()
    widget.get_by_role("button", name="Play").click()
    widget.get_by_text(re.compile(r"^[1-9]\d* / 150$")).wait_for()


def test_the_final_quiz_is_fixed_by_its_seed(visit):
    rounds = []
    for _ in range(2):
        page = visit("quiz.html#seed=7", reduced_motion="reduce")
        rounds.append([question.name for question in play(page, [True] * 10)])
        page.context.close()
    assert rounds[0] == rounds[1]
    assert len({name.split("/")[0] for name in rounds[0]}) == 10  # one of each lesson
    page = visit("quiz.html#seed=8", reduced_motion="reduce")
    assert [question.name for question in play(page, [True] * 10)] != rounds[0]


def test_the_final_score_another_ten_and_the_same_again(visit):
    page = visit("quiz.html", reduced_motion="reduce")
    seed = re.fullmatch(r".*quiz\.html#seed=(\d+)", page.url)[1]
    first = play(page, [False] * 3 + [True] * 7)
    assert page.locator(".score b").inner_text() == "7/10"
    missed = {f"{question.lesson}.html#{question.section}" for question in first[:3]}
    links = page.locator(".look-again a")
    assert {link.get_attribute("href").removeprefix("lessons/") for link in links.all()} == missed
    assert page.evaluate("JSON.parse(localStorage.ravine).scores.final") == {"right": 7, "of": 10}
    page.get_by_role("button", name="The same again").click()
    assert page.url.endswith(f"#seed={seed}")
    assert [question.name for question in play(page, [True] * 10)] == [question.name for question in first]
    assert page.get_by_role("link", name=f"quiz.html#seed={seed}").is_visible()
    page.get_by_role("button", name="Another ten").click()
    assert not page.url.endswith(f"#seed={seed}")
    assert page.locator(".quiz-position").inner_text() == "Question 1 of 10"
    assert page.evaluate("document.activeElement.className") == "quiz-position"


def test_a_seed_typed_into_the_address_begins_that_quiz(visit):
    page = visit("quiz.html#seed=7", reduced_motion="reduce")
    first = asked(page).name
    onto = [seed for seed in range(20) if seed != 7]
    changed = False
    for seed in onto:
        page.evaluate(f"location.hash = 'seed={seed}'")
        page.wait_for_timeout(20)
        changed = changed or asked(page).name != first
    assert changed
    page.evaluate("location.hash = 'seed=7'")
    page.wait_for_timeout(50)
    assert asked(page).name == first


@pytest.mark.parametrize("seed", ["seven", "-1", "1e99", "<b>x</b>"])
def test_a_malformed_seed_is_said_and_replaced(visit, seed):
    page = visit(f"quiz.html#seed={seed}", reduced_motion="reduce")
    assert page.locator(".refused").inner_text() == "The seed in the address is no whole number: here are ten others."
    assert page.locator(".quiz-position").inner_text() == "Question 1 of 10"
    assert re.search(r"#seed=\d+$", page.url)


def test_questions_can_be_read_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}lessons/adam.html")
    articles = page.locator("article.question:visible")
    assert articles.count() == len({question.id for question in quizzes()["adam"]})
    first = articles.first
    assert first.locator(".options > li").count() == 3
    assert not first.locator(".why").first.is_visible()
    first.get_by_text("Answer", exact=True).click()
    assert "Right." in first.locator(".why").nth(2).inner_text()
    page.goto(f"{site}quiz.html")
    assert page.locator("article.question:visible").count() == len(
        {(question.lesson, question.id) for question in all_questions()}
    )
    context.close()


def test_a_teacher_finds_the_files(visit):
    page = visit("quiz.html", reduced_motion="reduce")
    page.get_by_text("For teachers: these questions").click()
    links = [link.get_attribute("href") for link in page.locator(".teachers a[download]").all()]
    assert len(links) == 3 * (1 + len({question.lesson for question in all_questions()}))  # of all, and of each lesson
    for link in links:
        assert page.request.get(page.url.partition("quiz.html")[0] + link).ok


@pytest.mark.parametrize("name", ["momentum", "rmsprop", "dialects"])  # a picture, a landscape, every kind
def test_axe_finds_nothing_before_and_after_each_answer(visit, name):
    page = visit(f"lessons/{name}.html", reduced_motion="reduce")
    put_axe(page)
    for number in range(5):
        assert_accessible(page, ".quiz")
        answer(page, number % 2 == 0)
        assert_accessible(page, ".quiz")
        onward(page).click()
    assert_accessible(page, ".quiz")
