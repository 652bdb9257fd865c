"""Questions as JSON for the Python package jupyterquiz, which shows them in notebooks: display_quiz("adam.json").

The format is that of its schema/ and of what its script reads: formulas stand between dollar signs, ranges hold their
lower end and not their upper. Of a question with variants the first is written.
"""

import json
from collections.abc import Iterable
from typing import Any

from ravine.lessons.quiz import Question
from ravine.studio.quiz_text import display, html, question_html


def write(questions: Iterable[Question]) -> bytes:
    """A list of questions."""
    first = [_question(question) for question in questions if question.variant == 1]
    return json.dumps(first, ensure_ascii=False, indent=1).encode() + b"\n"


def _question(question: Question) -> dict[str, Any]:
    text = question_html(question, "$")
    if question.number is None:
        answers = [
            {
                "answer": display(option.formula, "$") if option.formula else html(option.text, "$"),
                "correct": option.right,
                "feedback": html(option.why, "$"),
            }
            for option in question.options
        ]
        return {
            "question": text,
            "type": f"{'many' if question.kind == 'several' else 'multiple'}_choice",
            "answers": answers,
        }
    number = question.number
    known = [(number.key, True, number.why), *((mistake.value, False, mistake.why) for mistake in number.mistakes)]
    ranges: list[dict[str, Any]] = [
        {"range": _around(value, number.tolerance), "correct": right, "feedback": html(why, "$")}
        for value, right, why in known
    ]
    return {
        "question": text,
        "type": "numeric",
        "answers": [*ranges, {"type": "default", "feedback": "Not this number."}],
    }


def _around(value: float, tolerance: float) -> list[float]:
    off = abs(value) * tolerance or 1e-12
    return [float(f"{value - off:.12g}"), float(f"{value + off:.12g}")]
