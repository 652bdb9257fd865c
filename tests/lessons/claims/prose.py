"""Where a reader meets sentences, each with its place.

Left out are the uses on the page References: each says what the source beside it holds, which is its source.
"""

import html
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from markdown_it import MarkdownIt

from ravine.activations import activations
from ravine.initializers import initializers
from ravine.landscapes import landscapes
from ravine.lessons import course, parts
from ravine.lessons.script import Script, scripts
from ravine.rules import rules
from ravine.studio.networks_shown import EXPERIMENTS


class Sentence(NamedTuple):
    """One sentence as it is written (Markdown, in one line), or a table by its row of heads.

    place: the lesson by name, or "rules", "landscapes", "networks", "pages", "videos".
    around: the paragraph or item that it stands in, for a table and a quiz the lesson; a source cited there is its source.
    """

    place: str
    text: str
    around: str


@cache
def sentences() -> tuple[Sentence, ...]:
    found = [
        Sentence(place, text, around)
        for place, block, around in _blocks()
        for text in ([block] if block.startswith("|") else split(block))
    ]
    return tuple({(each.place, each.text): each for each in found}.values())


def _blocks() -> Iterator[tuple[str, str, str]]:
    for lesson in course():
        source = " ".join(lesson.source.read().split())
        for block in (lesson.summary, *_paragraphs(lesson.source.read())):
            yield lesson.name, block, source if block.startswith("|") else " ".join(block.split())
        yield from ((lesson.name, block, source) for block in _questions(lesson))
    for rule in rules.values():
        said = "; ".join((rule.good_at, rule.hurts))
        yield from (("rules", text, f"{rule.source}; {text}") for text in said.split("; "))
    yield from (("landscapes", each.lesson, each.source) for each in landscapes.values())
    for known in (*activations.values(), *initializers.values()):
        yield from (
            ("networks", text, known.source) for part in (known.good_at, known.hurts) for text in part.split("; ")
        )
    yield from (("networks", seen, "") for *_, seen in EXPERIMENTS)
    yield from (
        ("rules", known.meaning, rule.source) for rule in rules.values() for known in rule.hyperparameters.values()
    )
    yield from (("pages", part.summary, "") for part in parts())
    for script in scripts():
        yield from (("videos", block, block) for block in _spoken(script))
    for page in sorted((files("ravine.studio") / "templates").iterdir(), key=lambda file: file.name):
        yield from (("pages", block, block) for block in _printed(page.read_text(encoding="utf-8")))


def split(block: str) -> list[str]:
    """The sentences of a paragraph; formulas, code and addresses are not torn."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\0{len(held) - 1}\0"

    kept = re.sub(r"\$[^$]+\$|`[^`]+`|\]\([^)]*\)", hold, " ".join(block.split()))
    parted = re.sub(r"(?<!al)([.!?][)*”’\"]*)\s+(?=[(*\[“\"]*[A-Z\0εβρμλ0-9])", r"\1\n", kept).split("\n")
    return [re.sub(r"\0(\d+)\0", lambda match: held[int(match[1])], part) for part in parted if part]


def _paragraphs(text: str) -> Iterator[str]:
    """Of a lesson: its paragraphs, titles of boxes, items of lists, tables, and what its widgets say."""
    text = re.sub(r"\A\+\+\+\n.*?\n\+\+\+\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^::: *(?:[a-z]+ ?(.*))?$", r"\n\1\n", text, flags=re.MULTILINE)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    in_table = False
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            head = tokens[place : next(at for at in range(place, len(tokens)) if tokens[at].type == "thead_close")]
            yield f"| {' | '.join(each.content for each in head if each.type == 'inline')} |"
        in_table = token.type == "table_open" or (in_table and token.type != "table_close")
        if token.type == "inline" and not in_table and tokens[place - 1].type != "heading_open":
            yield token.content
        if token.type == "fence" and token.info.startswith("widget"):
            widget = tomllib.loads(token.content)
            yield from (widget[part] for part in ("caption", "task") if part in widget)
        if token.type == "fence" and token.info.startswith(("widget", "starts")):
            yield from _predicted(tomllib.loads(token.content))
        if token.type == "fence" and token.info.startswith("formula"):
            yield from tomllib.loads(token.content).values()


def _predicted(widget: dict) -> Iterator[str]:
    """What is asked before a widget may be touched, and what the learner reads then. The answer stands in a line of its own."""
    if "predict" in widget:
        yield from (widget["predict"], widget["follows"])
    if "options" in widget or "answer" in widget:  # of a line that is drawn what follows is all
        answer = widget["options"][widget["right"] - 1] if "options" in widget else f"{widget['answer']:g}"
        yield f"| {widget['predict']} → {answer} |"


def _questions(lesson) -> Iterator[str]:
    """What a quiz explains, and what it says of a run that it shows. What it asks else is the premise; keys are computed."""
    path = lesson.source.path.with_suffix(".quiz.toml")
    asked = tomllib.loads(path.read_text(encoding="utf-8")).get("question", []) if path.is_file() else []
    for question in asked:
        if question["kind"] == "diagnose":
            yield question["text"]
        if "why" in question:
            yield question["why"]
        answers = (*question.get("option", ()), *question.get("mistake", ()), *question.get("cure", ()))
        yield from (answer["why"] for answer in answers)


def _spoken(script: Script) -> Iterator[str]:
    """What a video says, what its scenes print, and what its question asks and tells."""
    yield script.summary
    for scene in script.board.scenes:
        yield from (sentence.text for sentence in scene.sentences)
        yield from (scene.facts["title"], *scene.facts.get("lines", ()), *scene.facts.get("meanings", {}).values())
    asked = script.widget.prediction
    yield from (script.widget.caption, script.widget.task, asked.question, asked.follows)
    yield f"| {asked.question} → {asked.options[asked.right]} |"


def _printed(template: str) -> Iterator[str]:
    """The paragraphs and items of a page's template, without what is filled in."""
    template = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", template, flags=re.DOTALL)
    for block in re.findall(r"<(?:p|li|h1|h2|dd|td)\b[^>]*>(.*?)</(?:p|li|h1|h2|dd|td)>", template, re.DOTALL):
        words = " ".join(html.unescape(re.sub(r"<[^>]*>", "", block)).split())
        if re.search(r"[a-z]{2}", re.sub(r"\{\{.*?\}\}", "", words)):
            yield words
