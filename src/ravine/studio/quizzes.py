"""What pages need to show quizzes, and the files that go with them: pictures, and exports for teachers."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from typing import Any

from markupsafe import Markup

from ravine.backends.python import INFIX
from ravine.lessons import course, lesson, markdown
from ravine.lessons.quiz import Question
from ravine.lessons.quiz_file import quizzes, written
from ravine.rules import Rule
from ravine.studio import gift, jupyterquiz, qti
from ravine.studio.quiz_picture import draw_question, has_picture, picture_in_words


def all_questions() -> tuple[Question, ...]:
    """Every question of the course, in its order."""
    return tuple(chain.from_iterable(quizzes().values()))


def picture_path(question: Question) -> str:
    """Where a question's picture stands in the site."""
    return f"quizzes/{question.lesson}-{question.id}.svg"


def place(question: Question) -> Markup:
    """The lesson and the section that explain a question, as in "Adam – Bias correction, seen"."""
    explained = lesson(question.lesson)
    return Markup("{} – {}").format(explained.title, Markup(markdown.inline(explained.sections[question.section])))


def in_words(rule: Rule) -> str:
    """A formula as a line of text, for a button that shows it: without the rule's name, which would be the answer."""
    equation = rule.equation
    lines = [f"{line.name} = {INFIX.write(line.expression)}" for line in equation.assignments]
    if equation.gradient_at is not None:
        lines.insert(0, f"g is taken at {INFIX.write(equation.gradient_at)}")
    return "; ".join([*lines, f"the step subtracted is {INFIX.write(equation.step)}"])


# What the template questions.html calls.
FILTERS: Mapping[str, Callable[..., Any]] = {
    "inline": lambda text: Markup(markdown.inline(text)),
    "written": written,
    "has_picture": has_picture,
    "picture_in_words": picture_in_words,
    "in_words": in_words,
    "picture_path": picture_path,
    "place": place,
}


def quiz_files() -> dict[str, Callable[[], bytes]]:
    """What makes the pictures, and each lesson's and the whole course's questions as GIFT, JSON and QTI, by path."""
    found: dict[str, Callable[[], bytes]] = {
        picture_path(question): partial(draw_question, question)
        for question in all_questions()
        if has_picture(question)
    }
    asked = {lesson.name: quizzes()[lesson.name] for lesson in course() if quizzes().get(lesson.name)}
    for name, questions in {**asked, "course": all_questions()}.items():
        found[f"quizzes/{name}.gift.txt"] = partial(gift.write, questions)
        found[f"quizzes/{name}.json"] = partial(jupyterquiz.write, questions)
        found[f"quizzes/{name}.qti.zip"] = partial(qti.write, questions)
    return found
