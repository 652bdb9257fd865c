"""Questions as a QTI 2.1 package (1EdTech), which OpenOlat, ONYX, TAO, Blackboard and others import.

A zip with a manifest, and a file for each question: text, MathML, picture, key and the reason for every answer. The
information model: https://www.imsglobal.org/question/qtiv2p1/imsqti_infov2p1.html
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape

from ravine.errors import RavineError
from ravine.lessons import markdown
from ravine.lessons.quiz import Cure, Option, Question
from ravine.rules import Rule
from ravine.studio.quiz_picture import draw_question, has_picture, picture_in_words
from ravine.studio.zipped import zipped

ITEM = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(questions: Iterable[Question]) -> bytes:
    """The package. RavineError for a kind of question that QTI cannot carry."""
    files: dict[str, bytes] = {}
    resources = []
    for question in questions:
        name = identifier(question)
        own = {f"{name}.xml": item(question).encode()}
        if has_picture(question):
            own[_picture(question)] = draw_question(question)
        parts = "".join(f'<file href="{path}"/>' for path in own)
        resources.append(
            f'<resource identifier="{name}" type="imsqti_item_xmlv2p1" href="{name}.xml">{parts}</resource>'
        )
        files |= own
    listed = "\n".join(resources)
    manifest = (
        f'{HEAD}<manifest xmlns="{PACKAGE}" identifier="ravine"><metadata><schema>QTIv2.1 Package</schema>'
        "<schemaversion>1.0.0</schemaversion></metadata><organizations/>\n"
        f"<resources>\n{listed}\n</resources></manifest>\n"
    )
    return zipped({"imsmanifest.xml": manifest.encode(), **files})


def identifier(question: Question) -> str:
    """As in "adam.first-step.2": it names the file too."""
    return question.name.replace("/", ".")


def item(question: Question) -> str:
    """The XML of one question."""
    if question.kind not in _KINDS:
        raise RavineError(f"QTI cannot carry the question {question.name}: it is of the kind {question.kind}")
    parts = "\n".join(_KINDS[question.kind](question))
    return (
        f'{HEAD}<assessmentItem xmlns="{ITEM}" identifier="{identifier(question)}" title="{escape(question.name)}" '
        f'adaptive="false" timeDependent="false">\n{parts}\n</assessmentItem>\n'
    )


def _choice(question: Question) -> Iterator[str]:
    """One of several."""
    right = [option.right for option in question.options]
    yield _response("RESPONSE", "single", right)
    yield _outcomes({"FEEDBACK": "single"})
    yield _body(
        question, _options("RESPONSE", 1, [_option(option.text, option.formula) for option in question.options])
    )
    yield _processing(_if(_right("RESPONSE"), _set("SCORE", _number(1))), _tell("FEEDBACK", "RESPONSE"))
    yield from _reasons("FEEDBACK", {f"A{n}": option.why for n, option in enumerate(question.options, start=1)})


def _several(question: Question) -> Iterator[str]:
    """Any number of several: wrong ones cost what right ones bring, and nothing is below 0."""
    right = [option.right for option in question.options]
    worth = [1 / sum(right) if is_right else -1 / (len(right) - sum(right)) for is_right in right]
    entries = "".join(f'<mapEntry mapKey="A{n}" mappedValue="{one:.9g}"/>' for n, one in enumerate(worth, start=1))
    mapping = f'<mapping lowerBound="0" upperBound="1" defaultValue="0">{entries}</mapping>'
    yield _response("RESPONSE", "multiple", right, mapping)
    yield _outcomes({"FEEDBACK": "multiple"})
    yield _body(
        question, _options("RESPONSE", 0, [_option(option.text, option.formula) for option in question.options])
    )
    yield _processing(_set("SCORE", '<mapResponse identifier="RESPONSE"/>'), _tell("FEEDBACK", "RESPONSE"))
    yield from _reasons("FEEDBACK", {f"A{n}": option.why for n, option in enumerate(question.options, start=1)})


def _diagnose(question: Question) -> Iterator[str]:
    """What ails the run, and what cures it: right is who says both. The run stands as a picture, and is not cured."""
    asked: dict[str, Sequence[Option | Cure]] = {"RESPONSE": question.options, "CURE": question.cures}
    for name, options in asked.items():
        yield _response(name, "single", [option.right for option in options])
    yield _outcomes({"FEEDBACK": "single", "OFCURE": "single"})
    illness = _options("RESPONSE", 1, [_option(option.text) for option in question.options])
    yield _body(
        question, illness + "<p>And what cures it?</p>" + _options("CURE", 1, [_option(c.text) for c in question.cures])
    )
    both = f"<and>{_right('RESPONSE')}{_right('CURE')}</and>"
    yield _processing(_if(both, _set("SCORE", _number(1))), _tell("FEEDBACK", "RESPONSE"), _tell("OFCURE", "CURE"))
    for outcome, options in zip(("FEEDBACK", "OFCURE"), asked.values(), strict=True):
        yield from _reasons(outcome, {f"A{n}": option.why for n, option in enumerate(options, start=1)})


def _numeric(question: Question) -> Iterator[str]:
    """A number within a tolerance; the results of usual mistakes are told apart."""
    number = question.number
    assert number is not None
    known = {"RIGHT": (number.key, number.why)} | {
        f"MISTAKE{n}": (mistake.value, mistake.why) for n, mistake in enumerate(number.mistakes, start=1)
    }
    yield (
        '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="float">'
        f"<correctResponse><value>{number.key:.12g}</value></correctResponse></responseDeclaration>"
    )
    yield _outcomes({"FEEDBACK": "single"})
    yield _body(
        question, '<p>Your number: <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="12"/></p>'
    )
    branches = []
    for name, (value, _) in known.items():
        off = abs(value) * number.tolerance or 1e-12
        near = (
            f'<equal toleranceMode="absolute" tolerance="{off:.6g} {off:.6g}">{_number(value)}'
            '<variable identifier="RESPONSE"/></equal>'
        )
        done = _set("FEEDBACK", f'<baseValue baseType="identifier">{name}</baseValue>')
        branches.append(near + (_set("SCORE", _number(1)) if name == "RIGHT" else "") + done)
    first, *others = branches
    elses = "".join(f"<responseElseIf>{branch}</responseElseIf>" for branch in others)
    yield _processing(f"<responseCondition><responseIf>{first}</responseIf>{elses}</responseCondition>")
    yield from _reasons("FEEDBACK", {name: why for name, (_, why) in known.items()})


_KINDS: Mapping[str, Callable[[Question], Iterator[str]]] = {
    "choice": _choice,
    "several": _several,
    "number": _numeric,
    "diagnose": _diagnose,
}


def _response(name: str, cardinality: str, right: Iterable[bool], mapping: str = "") -> str:
    values = "".join(f"<value>A{n}</value>" for n, is_right in enumerate(right, start=1) if is_right)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="identifier">'
        f"<correctResponse>{values}</correctResponse>{mapping}</responseDeclaration>"
    )


def _outcomes(feedback: Mapping[str, str]) -> str:
    told = "".join(
        f'<outcomeDeclaration identifier="{name}" cardinality="{cardinality}" baseType="identifier"/>'
        for name, cardinality in feedback.items()
    )
    return (
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="1">'
        f"<defaultValue><value>0</value></defaultValue></outcomeDeclaration>{told}"
    )


def _body(question: Question, interactions: str) -> str:
    parts = [f"<p>{xhtml(question.text)}</p>"]
    if question.formula:
        parts.append(f"<p>{_plain(question.formula.mathml())}</p>")
    if has_picture(question):
        words = escape(picture_in_words(question))
        parts.append(f'<p><img src="{_picture(question)}" alt="{words}" width="720" height="450"/></p>')
    return f"<itemBody>{''.join(parts)}{interactions}</itemBody>"


def _options(name: str, most: int, options: Iterable[str]) -> str:
    choices = "".join(f'<simpleChoice identifier="A{n}">{one}</simpleChoice>' for n, one in enumerate(options, start=1))
    head = f'<choiceInteraction responseIdentifier="{name}" shuffle="false" maxChoices="{most}">'
    return f"{head}{choices}</choiceInteraction>"


def _option(text: str, formula: Rule | None = None) -> str:
    return _plain(formula.mathml()) if formula else xhtml(text)


def _processing(*rules: str) -> str:
    return f"<responseProcessing>{''.join(rules)}</responseProcessing>"


def _if(condition: str, then: str) -> str:
    return f"<responseCondition><responseIf>{condition}{then}</responseIf></responseCondition>"


def _right(name: str) -> str:
    return f'<match><variable identifier="{name}"/><correct identifier="{name}"/></match>'


def _set(name: str, value: str) -> str:
    return f'<setOutcomeValue identifier="{name}">{value}</setOutcomeValue>'


def _tell(outcome: str, response: str) -> str:
    return _set(outcome, f'<variable identifier="{response}"/>')


def _number(value: float) -> str:
    return f'<baseValue baseType="float">{value:.12g}</baseValue>'


def _reasons(outcome: str, why: Mapping[str, str]) -> Iterator[str]:
    for name, text in why.items():
        head = f'<modalFeedback outcomeIdentifier="{outcome}" identifier="{name}" showHide="show">'
        yield f"{head}{xhtml(text)}</modalFeedback>"


def xhtml(text: str) -> str:
    """A line of Markdown as XHTML, its formulas as MathML."""
    return _plain(markdown.inline(text))


def _plain(html: str) -> str:
    """Without what this site's own scripts read in it."""
    return re.sub(r' data-[\w-]+="[^"]*"', "", html)


def _picture(question: Question) -> str:
    return f"{identifier(question)}.svg"
