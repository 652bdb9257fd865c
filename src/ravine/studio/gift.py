"""Questions in Moodle's GIFT format, for its question bank.

The format: https://docs.moodle.org/en/GIFT_format; what Moodle's own importer reads was followed where that is vague.
Texts are HTML with TeX between \\( and \\), which Moodle's filters typeset. Every variant is a question of its own.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ravine.lessons import lesson, part_of
from ravine.lessons.quiz import Number, Option, Question
from ravine.studio.quiz_text import display, html, question_html

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\~=#{}:"})


def write(questions: Iterable[Question]) -> bytes:
    """A GIFT file: a category for each lesson, in it the questions, with feedback for every answer."""
    return "\n\n".join(_blocks(questions)).encode() + b"\n"


def _blocks(questions: Iterable[Question]) -> Iterator[str]:
    before = None
    for question in questions:
        if question.lesson != before:
            known = lesson(question.lesson)
            yield f"$CATEGORY: $course$/top/Ravine/{part_of(known).title}/{known.number:02d} {known.title}"
            before = question.lesson
        answers = _number(question.number) if question.number else _options(question)
        text = escape(question_html(question))
        yield f"::{escape(question.name)}::[html]{text} {{{answers}\n}}"


def escape(text: str) -> str:
    """Text in which no sign means anything to GIFT, on one line."""
    return " ".join(text.split()).translate(_SPECIAL)


def _options(question: Question) -> str:
    """Options with the share of the mark that each is worth; wrong ones among several cost what a right one brings."""
    right = sum(option.right for option in question.options)
    wrong = len(question.options) - right

    def sign(option: Option) -> str:
        if question.kind != "several":
            return "=" if option.right else "~"
        return f"~%{_share(right)}%" if option.right else f"~%-{_share(wrong)}%"

    return "".join(
        f"\n  {sign(option)}{escape(display(option.formula) if option.formula else html(option.text))}"
        f"#{escape(html(option.why))}"
        for option in question.options
    )


def _share(parts: int) -> str:
    """A hundred in equal parts, with the digits that Moodle knows: 33.33333."""
    return f"{100 / parts:.5f}".rstrip("0").rstrip(".")


def _number(number: Number) -> str:
    """The key, and the results of usual mistakes, which are worth nothing and say why."""
    answers = [("", number.key, number.why)] + [("%0%", mistake.value, mistake.why) for mistake in number.mistakes]
    lines = (
        f"\n  ={worth}{_decimal(value)}:{_decimal(abs(value) * number.tolerance)}#{escape(html(why))}"
        for worth, value, why in answers
    )
    return "#" + "".join(lines)


def _decimal(value: float) -> str:
    """A number to twelve digits, however small, without an exponent, which not every reader of the format knows."""
    return format(Decimal(f"{value:.12g}"), "f")
