"""What a learner is asked before a widget may be touched: predicting first is what makes watching teach.

Crouch et al. 2004, "Classroom demonstrations: learning tools or entertainment?": students who only watched understood
no more than those who saw nothing; those who had predicted the outcome understood more. Miller et al. 2013, "Role of
physics lecture demonstrations in conceptual learning": who predicts, rightly or not, more often sees what happens.
The page locks the widget in web/src/site/predict.ts; a skip is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ravine.errors import RavineError
from ravine.lessons import sketch
from ravine.lessons.markdown import inline
from ravine.lessons.sketch import Sketch, read_sketch

# In a widget's block: a question, with options and the number of the right one (from 1), or with the number that is the
# answer (right within a factor) and the end of its label, or with the curve that is to be drawn; then what follows.
KEYS: Mapping[str, type] = {
    "predict": str,
    "options": list,
    "right": int,
    "answer": float,
    "within": float,
    "unit": str,
    "follows": str,
    **sketch.KEYS,
}
WITHIN = 1.25


@dataclass(frozen=True)
class Prediction:
    """A choice, whose `right` option counts from 0; or a number, which is right within a factor; or a line to draw.

    Texts are Markdown.
    """

    question: str
    follows: str
    options: tuple[str, ...] = ()
    right: int = 0
    answer: float | None = None
    within: float = WITHIN
    unit: str = ""
    sketch: Sketch | None = None


def read_prediction(table: Mapping[str, Any], steps: int | None = None) -> Prediction | None:
    """None where nothing is asked; `steps` of the figure's network, if any. Raises RavineError for half a question."""
    if not table.keys() & KEYS.keys():
        return None
    kinds = [kind for kind in ("options", "answer", "draw") if kind in table]
    if not {"predict", "follows"} <= table.keys() or len(kinds) != 1:
        raise RavineError(
            "a prediction has predict, follows, and either options with right, or answer, a number, or draw"
        )
    if "draw" in table:
        return Prediction(table["predict"], table["follows"], sketch=read_sketch(table, steps))
    if "answer" in table:
        answer, within = float(table["answer"]), float(table.get("within", WITHIN))
        if answer <= 0 or within <= 1:
            raise RavineError("answer is a number above 0, and within a factor above 1")
        return Prediction(table["predict"], table["follows"], answer=answer, within=within, unit=table.get("unit", ""))
    options, right = table["options"], table.get("right", 0)
    if len(options) < 2 or not 1 <= right <= len(options) or not all(isinstance(option, str) for option in options):
        raise RavineError("a prediction has two options or more, each a text, and right is the number of one, from 1")
    return Prediction(table["predict"], table["follows"], tuple(options), right - 1)


def write_prediction(asked: Prediction) -> str:
    """The HTML: without script a question with its answer folded away."""
    marked = ' data-right=""'
    if asked.sketch:
        answers, facts = asked.sketch.html(), ""
    elif asked.answer is None:
        items = "".join(
            f"<li{marked if place == asked.right else ''}>{inline(option)}</li>\n"
            for place, option in enumerate(asked.options)
        )
        answers, facts = f'<ol class="options" type="a">\n{items}</ol>\n', ""
    else:
        answers = f'<p class="options">A number: <span class="unit">{inline(asked.unit)}</span></p>\n'
        facts = f' data-answer="{asked.answer:g}" data-within="{asked.within:g}"'
    return (
        f'<div class="predict" data-widget="predict"{facts}>\n<p><b>Predict first.</b> {inline(asked.question)}</p>\n'
        f'{answers}<details class="outcome"><summary>What happens</summary>\n'
        f"<p>{inline(asked.follows)}</p></details>\n</div>\n"
    )
