"""A question's texts as other systems take them: HTML with formulas in TeX, and pictures within the text."""

import base64
import re
from html import escape

from ravine.lessons import markdown
from ravine.lessons.quiz import Question
from ravine.rules import Rule
from ravine.studio.quiz_picture import draw_question, has_picture, picture_in_words

# How a formula within a line and one on lines of its own begin and end.
_INLINE = {"\\": (r"\(", r"\)"), "$": ("$", "$")}
_DISPLAY = {"\\": (r"\[", r"\]"), "$": ("$$", "$$")}


def html(text: str, formulas: str = "\\") -> str:
    """A line of Markdown as HTML; its formulas as TeX between \\( and \\), or between dollar signs for "$"."""
    begin, end = _INLINE[formulas]
    parts = re.split(r"\$([^\s$](?:[^$]*[^\s$])?)\$", text)
    written = []
    for number, part in enumerate(parts):
        if number % 2:
            written.append(f"{begin}{escape(part)}{end}")
        else:
            inside = markdown.inline(part)
            # Markdown strips the ends of a line, where a formula has been cut out.
            written.append(
                " " * part.startswith(" ") + inside.strip() + " " * (part.endswith(" ") and bool(part.strip()))
            )
    return "".join(written)


def display(rule: Rule, formulas: str = "\\") -> str:
    """A rule's formula on lines of its own."""
    begin, end = _DISPLAY[formulas]
    return f"{begin}{escape(rule.latex())}{end}"


def question_html(question: Question, formulas: str = "\\") -> str:
    """What is asked, with its formula or its picture. Moodle and Jupyter have no widgets: nothing plays or is cured."""
    parts = [f"<p>{html(question.text, formulas)}</p>"]
    if question.formula:
        parts.append(f"<p>{display(question.formula, formulas)}</p>")
    if has_picture(question):
        data, words = base64.b64encode(draw_question(question)).decode(), escape(picture_in_words(question))
        parts.append(f'<p><img src="data:image/svg+xml;base64,{data}" alt="{words}" width="720"></p>')
    return "".join(parts)
