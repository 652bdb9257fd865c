"""Reads a question file. Everything is checked before anything is asked; errors name the file and the question."""

import itertools
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ravine.errors import RavineError, unknown
from ravine.lessons import checks, mistakes, network_state, state, tex
from ravine.lessons.lesson import Lesson
from ravine.lessons.parts import COURSE, OWN, course
from ravine.lessons.quiz import Claim, Cure, Mistake, Number, Option, Question

MOST_VARIANTS = 12
TOLERANCE = 0.02  # of the key: two digits are enough
CHECKED = {"check": str, "with": dict}
QUESTION = CHECKED | {"id": str, "kind": str, "section": str, "text": str, "formula": str, "picture": str, "play": str}
CHOICE = QUESTION | {"option": list, "unchecked": str}
NUMBER = QUESTION | {"why": str, "draw": dict, "tolerance": float, "mistake": list}
DIAGNOSE = CHOICE | {"run": str, "cure": list}
KEYS: Mapping[str, Mapping[str, type]] = {"choice": CHOICE, "several": CHOICE, "number": NUMBER, "diagnose": DIAGNOSE}
CURE = {"text": str, "change": str, "right": bool, "why": str}
OPTION = CHECKED | {"text": str, "formula": str, "right": bool, "why": str, "unchecked": str}
MISTAKE = CHECKED | {"why": str}
TYPES = {str: "a text", bool: "true or false", list: "a list", dict: "a table", float: "a number"}


@cache
def quizzes(folder: Path = COURSE) -> Mapping[str, tuple[Question, ...]]:
    """The questions of each lesson of a folder that has any; variants of one question follow each other.

    Raises RavineError, with file and question, for what is malformed, and for a number that its own mistakes match.
    """
    own = _read_all(lesson for lesson in course(folder) if lesson.part == OWN)
    others = _course() if folder == COURSE else _read_all(course(folder))
    for path in sorted(folder.glob("*/*.quiz.toml")):
        if not path.with_name(path.name.replace(".quiz.toml", ".md")).exists():
            raise RavineError(f"{path.name}: there is no lesson {path.name.replace('.quiz.toml', '.md')} beside it")
    return others | own


@cache
def _course() -> dict[str, tuple[Question, ...]]:
    """Those of Ravine's own lessons, which stay what they are whatever a user brings along."""
    return _read_all(lesson for lesson in course() if lesson.part != OWN)


def _read_all(lessons: Iterable[Lesson]) -> dict[str, tuple[Question, ...]]:
    files = [(lesson.source.path.with_suffix(".quiz.toml"), lesson) for lesson in lessons]
    return {lesson.name: tuple(read(path, lesson)) for path, lesson in files if path.exists()}


def read(path: Path, lesson: Lesson) -> list[Question]:
    """The questions of one file."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RavineError(f"{path.name}: cannot be read: {error}") from None
    asked = table.pop("question", None)
    if table or not isinstance(asked, list) or not asked:
        raise RavineError(f"{path.name}: a question file holds [[question]] tables and nothing else")
    questions: list[Question] = []
    for number, facts in enumerate(asked, start=1):
        where = f"{path.name}, question {number}" + (f" ({facts['id']})" if isinstance(facts.get("id"), str) else "")
        try:
            if any(facts.get("id") == question.id for question in questions):
                raise RavineError("another question has this id")
            questions += _question(facts, lesson)
        except RavineError as error:
            raise RavineError(f"{where}: {error}") from None
    return questions


def _question(facts: dict[str, Any], lesson: Lesson) -> list[Question]:
    """The question, or each variant of a question with numbers to draw."""
    kind = facts.get("kind")
    if not isinstance(kind, str) or kind not in KEYS:
        raise unknown("kind", str(kind), KEYS)
    _keys(facts, KEYS[kind], ("id", "kind", "section", "text"))
    if not re.fullmatch(r"[a-z][a-z0-9-]*", facts["id"]):
        raise RavineError("an id is lower case, with hyphens between words")
    if facts["section"] not in lesson.sections:
        raise unknown(f"section of {lesson.name}", facts["section"], lesson.sections)
    shown: dict[str, Any] = {
        "formula": mistakes.find(facts["formula"]) if "formula" in facts else None,
        "picture": state.read(facts["picture"]) if "picture" in facts else None,
        "play": state.read(facts["play"]) if "play" in facts else None,
    }
    whole = {"lesson": lesson.name, "id": facts["id"], "kind": kind, "section": facts["section"], **shown}
    if kind == "diagnose":
        whole |= {"run": _run(facts), "cures": _cures(facts)}
    if kind != "number":
        return [Question(**whole, variant=1, text=facts["text"], options=_options(facts))]
    variants = []
    for variant, drawn in enumerate(_draws(facts.get("draw", {})), start=1):
        number = _number(facts, drawn)
        text = _filled(facts["text"], drawn)
        variants.append(Question(**whole, variant=variant, text=text, number=number))
    return variants


def _run(facts: dict[str, Any]) -> network_state.NetworkState:
    """The sick run; what ails it is checked by `ails`, unless the question says otherwise."""
    if "run" not in facts:
        raise RavineError("run is missing: the state of a network, as in data=moons&init=zeros")
    facts.setdefault("check", "ails")
    facts["with"] = {"run": facts["run"], **facts.get("with", {})}
    return network_state.read(facts["run"])


def _cures(facts: dict[str, Any]) -> tuple[Cure, ...]:
    cures = []
    for number, given in enumerate(facts.get("cure", []), start=1):
        try:
            _keys(given, CURE, ("text", "change", "why"))
            claim = Claim("heals", {"run": facts["run"], "change": given["change"]})
            network_state.read(network_state.changed(facts["run"], given["change"]))
            cures.append(Cure(given["text"], given["change"], given.get("right", False), given["why"], claim))
        except RavineError as error:
            raise RavineError(f"cure {number}: {error}") from None
    if len(cures) < 2 or sum(cure.right for cure in cures) != 1:
        raise RavineError("a diagnosis has two cures at least, and one that is right")
    return tuple(cures)


def _options(facts: dict[str, Any]) -> tuple[Option, ...]:
    options = []
    for number, given in enumerate(facts.get("option", []), start=1):
        try:
            _keys(given, OPTION, ("why",))
            if ("text" in given) == ("formula" in given):
                raise RavineError("give it a text or a formula")
            unchecked = given.get("unchecked", facts.get("unchecked", ""))
            options.append(
                Option(
                    text=given.get("text", ""),
                    right=given.get("right", False),
                    why=given["why"],
                    formula=mistakes.find(given["formula"]) if "formula" in given else None,
                    claim=None if unchecked else _claim(facts, given, {}),
                    unchecked=unchecked,
                )
            )
        except RavineError as error:
            raise RavineError(f"option {number}: {error}") from None
    rights = sum(option.right for option in options)
    if len(options) < 2:
        raise RavineError("a choice needs at least two options")
    if facts["kind"] != "several" and rights != 1:
        raise RavineError(
            f"a {facts['kind']} has one right option, not {rights}; where there are more, the kind is several"
        )
    if not rights:
        raise RavineError("no option is right: write right = true in one")
    return tuple(options)


def _number(facts: dict[str, Any], drawn: dict[str, float]) -> Number:
    if "why" not in facts:
        raise RavineError("why is missing: say where the number comes from")
    key = float(_claim(facts, {}, drawn).compute())
    tolerance = float(facts.get("tolerance", TOLERANCE))
    wrong: list[Mistake] = []
    for number, given in enumerate(facts.get("mistake", []), start=1):
        try:
            _keys(given, MISTAKE, ("why",))
            value = float(_claim(facts, given, drawn).compute())
        except RavineError as error:
            raise RavineError(f"mistake {number}: {error}") from None
        for other in (key, *(mistake.value for mistake in wrong)):
            if abs(value - other) <= 2 * tolerance * max(abs(value), abs(other)):
                numbers = ", ".join(f"{name} = {value:g}" for name, value in drawn.items())
                raise RavineError(f"mistake {number} cannot be told from another answer, {other:g}, for {numbers}")
        wrong.append(Mistake(value, _filled(given["why"], drawn | {"key": key, "wrong": value})))
    return Number(key, tolerance, _filled(facts["why"], drawn | {"key": key}), tuple(wrong))


def _claim(question: dict[str, Any], part: dict[str, Any], drawn: Mapping[str, float]) -> Claim:
    """The check of an option or a mistake: its own, else the question's with what the part adds to its arguments."""
    given = part if "check" in part else {**question, "with": {**question.get("with", {}), **part.get("with", {})}}
    if "check" not in given:
        raise RavineError("say how it is checked (check = …), or why it cannot be (unchecked = …)")
    check, arguments = given["check"], _drawn(given.get("with", {}), drawn)
    checks.find(check, arguments)
    return Claim(check, arguments)


def _drawn(value: Any, drawn: Mapping[str, float]) -> Any:
    """Arguments with the drawn numbers in place of "{name}"."""
    match value:
        case dict():
            return {name: _drawn(part, drawn) for name, part in value.items()}
        case list():
            return [_drawn(part, drawn) for part in value]
        case str() if value[:1] == "{" and value[1:-1] in drawn:
            return drawn[value[1:-1]]
    return value


def _draws(lists: dict[str, Any]) -> list[dict[str, float]]:
    """Every combination of the numbers to draw from."""
    for name, numbers in lists.items():
        if (
            not isinstance(numbers, list)
            or not numbers
            or not all(isinstance(number, int | float) for number in numbers)
        ):
            raise RavineError(f"draw.{name} must be a list of numbers")
    found = [dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())]
    if len(found) > MOST_VARIANTS:
        raise RavineError(f"{len(found)} combinations to draw from; at most {MOST_VARIANTS}")
    return found


def _filled(text: str, numbers: Mapping[str, float]) -> str:
    """The text with {name} replaced by the number of that name, as TeX in $…$; other braces belong to formulas."""
    pieces = re.split(r"(\$[^$]*\$)", text)
    for place, piece in enumerate(pieces):
        for name, value in numbers.items():
            piece = piece.replace(f"{{{name}}}", _tex(value) if place % 2 else written(value))
        pieces[place] = piece
    return "".join(pieces)


def _tex(value: float) -> str:
    digits, _, power = written(value).partition("e")
    if not power:
        return digits
    return rf"10^{{{int(power)}}}" if digits == "1" else rf"{digits} \cdot 10^{{{int(power)}}}"


def written(value: float) -> str:
    """A number to three significant digits, as people write it: 0.00316, 316, 4.33e-5."""
    return f"{float(f'{value:.3g}'):g}".replace("e-0", "e-")


def _keys(table: Any, known: Mapping[str, type], required: Collection[str]) -> None:
    if not isinstance(table, dict):
        raise RavineError("a table is wanted here, as in [[question.option]]")
    for name, value in table.items():
        if name not in known:
            raise unknown("key", name, known)
        wanted: Any = int | float if known[name] is float else known[name]
        if not isinstance(value, wanted) or value == "":
            raise RavineError(f"{name} must be {TYPES[known[name]]}")
        for formula in tex.FORMULA.findall(value) if isinstance(value, str) else ():
            tex.written(formula)  # refuses what cannot be written
    for name in required:
        if name not in table:
            raise RavineError(f"{name} is missing")
