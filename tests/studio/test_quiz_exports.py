"""The files for teachers, read by what others wrote: GIFT's published grammar, and jupyterquiz's own script."""

import html
import importlib.metadata
import json
from collections import Counter

import pytest

from ravine.lessons import course
from ravine.lessons.quiz import Mistake, Number, Question
from ravine.lessons.quiz_file import quizzes
from ravine.studio.gift import escape, write
from ravine.studio.quiz_text import question_html
from ravine.studio.quizzes import all_questions
from tests.built import built

QUESTIONS = {question.name: question for question in all_questions()}
LESSONS = [each for each in course() if any(question.lesson == each.name for question in QUESTIONS.values())]


@pytest.fixture(scope="module")
def gift(conversation):
    """Reads a text with gift-pegjs."""
    return conversation('import { parse } from "gift-pegjs";\nconst answer = (text: string) => parse(text);\n')


@pytest.fixture(scope="module")
def imported(gift):
    """The course's file as the grammar reads it, by title."""
    found = gift(built()["quizzes/course.gift.txt"].decode())
    return {each["title"]: each for each in found}


def test_gift_holds_every_question_in_the_category_of_its_lesson(imported):
    kinds = Counter(each["type"] for each in imported.values())
    numbers = sum(question.number is not None for question in QUESTIONS.values())
    assert kinds == {"Category": len(LESSONS), "Numerical": numbers, "MC": len(QUESTIONS) - numbers}
    assert set(QUESTIONS) <= set(imported)
    categories = [name for name, each in imported.items() if each["type"] == "Category"]
    assert [name.rpartition("/")[2] for name in categories] == [f"{each.number:02d} {each.title}" for each in LESSONS]


@pytest.mark.parametrize("name", QUESTIONS)
def test_gift_keeps_text_weights_and_feedback(imported, name):
    question, found = QUESTIONS[name], imported[name]
    assert found["stem"] == {"format": "html", "text": " ".join(question_html(question).split())}
    choices = found["choices"]
    assert all(choice["feedback"]["text"] for choice in choices)
    if question.number:
        first, *others = choices
        assert (first["isCorrect"], first["weight"]) == (True, None)
        key = first["text"]
        assert key["number"] == pytest.approx(question.number.key, rel=1e-9, abs=0)
        assert key["range"] == pytest.approx(question.number.tolerance * abs(question.number.key), rel=1e-9, abs=0)
        assert [choice["weight"] for choice in others] == [0] * len(question.number.mistakes)
        wrong = [choice["text"]["number"] for choice in others]
        assert wrong == pytest.approx([mistake.value for mistake in question.number.mistakes], rel=1e-9, abs=0)
    elif question.kind != "several":
        assert [choice["isCorrect"] for choice in choices] == [option.right for option in question.options]
        assert all(choice["weight"] is None for choice in choices)
    else:
        assert not any(choice["isCorrect"] for choice in choices)  # one right answer would make Moodle accept only one
        weights = [choice["weight"] for choice in choices]
        assert [weight > 0 for weight in weights] == [option.right for option in question.options]
        assert sum(weight for weight in weights if weight > 0) == pytest.approx(100, abs=1e-3)
        assert sum(weight for weight in weights if weight < 0) == pytest.approx(-100, abs=1e-3)


@pytest.mark.parametrize("key", [0.25**20, 1e-30, -3.5e-9, 0.1, 123456.789, 1e22])
def test_gift_keeps_small_and_large_numbers_and_their_tolerance(gift, key):
    number = Number(key, 0.02, "why", (Mistake(2 * key, "twice"),))
    question = Question("adam", "small", 1, "number", "How small?", "fails", number=number)
    *_, found = gift(write([question]).decode())
    right, wrong = (choice["text"] for choice in found["choices"])
    assert right["number"] == pytest.approx(key, rel=1e-9, abs=0)
    assert right["range"] == pytest.approx(0.02 * abs(key), rel=1e-9, abs=0)
    assert wrong["number"] == pytest.approx(2 * key, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{a}{b} = c # d ~ e : f \\ g",
        "{=~#:}\\",
        "::name:: //comment $CATEGORY: x",
        "50% = half, %50%",
        "TRUE",
        "#1:2",
    ],
)
def test_no_sign_of_a_text_means_anything_to_gift(gift, text):
    (found,) = gift(f"::t::[html]{escape(text)} {{\n  ={escape(text)}#{escape(text)}\n  ~other\n}}\n")
    right, _ = found["choices"]
    assert found["stem"]["text"] == text
    assert right["text"]["text"] == right["feedback"]["text"] == text


def test_no_answer_holds_what_gift_cannot_escape():
    """A format or a weight at the beginning, or the arrow of matching questions."""
    for question in QUESTIONS.values():
        for option in question.options:
            assert not option.text.startswith(("[", "%"))
            assert "->" not in option.text


def test_a_lessons_file_holds_its_questions_alone(gift):
    found = gift(write(quizzes()["adam"]).decode())
    assert [each["title"] for each in found[1:]] == [question.name for question in quizzes()["adam"]]


@pytest.fixture(scope="module")
def notebook(browser):
    """A page with jupyterquiz's own script, as a notebook's output has it, and the course's questions in it."""
    files = importlib.metadata.files("jupyterquiz")
    scripts = sorted((file for file in files if file.name.endswith(".js")), key=lambda file: file.name)
    page = browser.new_page()
    page.set_content('<div id="quiz" data-shufflequestions="False" data-shuffleanswers="False"></div>')
    page.add_script_tag(content="\n".join(file.read_text() for file in scripts))
    page.evaluate("questions => show_questions(questions, 'quiz')", json.loads(built()["quizzes/course.json"]))
    yield page
    page.close()


FIRST = [question for question in QUESTIONS.values() if question.variant == 1]


@pytest.mark.parametrize("number", range(len(FIRST)), ids=[question.name for question in FIRST])
def test_jupyterquiz_asks_and_judges_every_question(notebook, number):
    question = FIRST[number]
    shown = notebook.locator(".Quiz").nth(number)
    feedback = shown.locator(".Feedback")
    if question.number:
        box = shown.locator("input")
        for value, right in [
            (question.number.key, True),
            *((mistake.value, False) for mistake in question.number.mistakes),
            (123.456, False),
        ]:
            box.fill(f"{value:.12g}")
            box.press("Enter")
            assert ("incorrect" in feedback.get_attribute("class")) is not right
            assert feedback.inner_text() not in ("", "Incorrect -- try again.")
        return
    labels = shown.locator("label.MCButton")
    assert labels.count() == len(question.options)
    for place, option in enumerate(question.options):
        labels.nth(place).dispatch_event("click")
        assert ("incorrect" in feedback.get_attribute("class")) is not option.right
        words = html.unescape(feedback.inner_text())
        assert words[:10] == option.why[:10] or "$" in option.why[:10]


def test_formulas_reach_jupyterquiz_as_tex(notebook):
    number = next(place for place, question in enumerate(FIRST) if question.name == "adam/which-formula")
    text = notebook.locator(".Quiz").nth(number).locator("label.MCButton").nth(2).inner_text()
    assert text.startswith(r"\[\begin{aligned}")
    assert r"g_t &\leftarrow" in text


def test_pictures_are_in_the_files_and_in_the_site():
    files = built()
    assert files["quizzes/momentum-whose-path.svg"].startswith(b"<svg")
    assert rb"data\:image/svg+xml;base64," in files["quizzes/momentum.gift.txt"]
    assert b"data:image/svg+xml;base64," in files["quizzes/momentum.json"]


def test_a_picture_tells_no_names():
    question = QUESTIONS["momentum/whose-path"]
    page = question_html(question).lower().partition("alt=")[2]
    picture = built()["quizzes/momentum-whose-path.svg"].decode().lower()
    for rule in question.picture.rules:
        assert rule.name not in page + picture
        assert rule.title.lower() not in page + picture
