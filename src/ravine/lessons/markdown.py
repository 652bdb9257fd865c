"""Markdown as lessons use it: CommonMark with tables, `$formulas$`, boxes and the blocks of blocks.py. No raw HTML."""

import html
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from ravine.errors import RavineError, unknown
from ravine.lessons import tex
from ravine.lessons.references import address, cited

BOXES = {"trap": "Trap", "aside": "Aside", "example": "Example", "more": "More"}  # the last is folded away
TYPOGRAPHY = {"html": False, "typographer": True}  # quotes as typed become those of print


def reader() -> MarkdownIt:
    """Reads a lesson. The environment holds its `page`, which hears of headings, links and blocks."""
    markdown = MarkdownIt("commonmark", TYPOGRAPHY).enable(["table", "smartquotes"])
    markdown.inline.ruler.before("escape", "formula", _formula)
    markdown.block.ruler.before(
        "fence", "box", _box, {"alt": ["paragraph", "reference", "blockquote", "list", "heading"]}
    )
    markdown.core.ruler.push("formulas", _check_formulas)
    markdown.core.ruler.push("glue", _glue)
    markdown.core.ruler.push("anchors", _anchors)
    markdown.core.ruler.push("links", _links)
    markdown.core.ruler.push("cite", _cite)
    for name, rule in {"formula": _write_formula, "box_open": _write_box, "fence": _write_fence}.items():
        markdown.add_render_rule(name, rule)
    markdown.add_render_rule("table_open", _open_table)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return markdown


def inline(text: str) -> str:
    """One line of Markdown, a caption say, without the paragraph around it."""
    return str(_INLINE.renderInline(text))


def plain(text: str) -> str:
    """The same as text alone, for an attribute."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", inline(text))).split())


def scrolling(label: str, kind: str = "") -> str:
    """Opens the box in which a wide table scrolls by itself, by keyboard too; `label` tells it from others."""
    classes = f"scrolls {kind}".strip()
    return f'<div class="{classes}" tabindex="0" role="region" aria-label="{html.escape(label)}">'


def _formula(state: StateInline, silent: bool) -> bool:
    """`$…$`, with nothing but the formula between the signs."""
    match = tex.FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("formula", "math", 0).content = match[1]
    state.pos = match.end()
    return True


def _write_formula(_: RendererHTML, tokens: Sequence[Token], number: int, *__: Any) -> str:
    before, after = (html.escape(tokens[number].meta.get(side, ""), quote=False) for side in ("before", "after"))
    math = tex.written(tokens[number].content)
    return f'<span class="glued">{before}{math}{after}</span>' if before or after else math


def _check_formulas(state: StateCore) -> None:
    """Each can be written: what cannot is refused with its line, which the renderer would not know."""
    for token in state.tokens:
        for child in token.children or []:
            if child.type == "formula":
                try:
                    tex.written(child.content)
                except RavineError as error:
                    raise state.env["page"].error((token.map or [0])[0], error) from None


def _glue(state: StateCore) -> None:
    """A number goes with its % to the next line, and a formula with what stands at it: a browser would part them."""
    for token in state.tokens:
        children = token.children or []
        for text in children:
            if text.type == "text":
                text.content = re.sub(r"(?<=\d) %", "\u00a0%", text.content)
        for place, formula in enumerate(children):
            if formula.type != "formula":
                continue
            if place and children[place - 1].type == "text":
                text = children[place - 1]
                formula.meta["before"] = re.search(r"[(\[“\"]*$", text.content)[0]  # type: ignore[index]
                text.content = text.content.removesuffix(formula.meta["before"])
            if place + 1 < len(children) and children[place + 1].type == "text":
                text = children[place + 1]
                formula.meta["after"] = re.match(r"(?:['’]s)?[,.;:!?)\]”\"]*", text.content)[0]  # type: ignore[index]
                text.content = text.content.removeprefix(formula.meta["after"])


def _box(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: trap Its title`, paragraphs, `:::`."""

    def line(number: int) -> str:
        return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()

    if not line(start).startswith(":::"):
        return False
    if silent:
        return True
    page = state.env["page"]
    kind, _, title = line(start)[3:].strip().partition(" ")
    if kind not in BOXES:
        raise page.error(start, unknown("box", kind, BOXES))
    close = next((number for number in range(start + 1, end) if line(number) == ":::"), None)
    if close is None:
        raise page.error(start, "this box has no end: close it with a line that holds ::: alone")
    outside, state.lineMax = state.lineMax, close
    tag = "details" if kind == "more" else "aside"
    opened = state.push("box_open", tag, 1)
    opened.info, opened.content, opened.map = kind, title, [start, close]
    state.md.block.tokenize(state, start + 1, close)
    state.push("box_close", tag, -1)
    state.lineMax, state.line = outside, close + 1
    return True


def _write_box(_: RendererHTML, tokens: Sequence[Token], number: int, *__: Any) -> str:
    kind, title = tokens[number].info, tokens[number].content
    heading = inline(f"{BOXES[kind]}: {title}" if title else BOXES[kind])
    if kind == "more":
        return f'<details class="box {kind}">\n<summary>{heading}</summary>\n'
    return f'<aside class="box {kind}" role="note">\n<p class="box-title">{heading}</p>\n'


def _open_table(_: RendererHTML, tokens: Sequence[Token], number: int, *__: Any) -> str:
    end = next(place for place in range(number, len(tokens)) if tokens[place].type == "thead_close")
    heads = [plain(token.content) for token in tokens[number:end] if token.type == "inline"]
    return f"{scrolling('Table: ' + ', '.join(heads), 'narrow')}<table>\n"


def _anchors(state: StateCore) -> None:
    """An id for each heading, from its text or as written: `## When it fails {#fails}`."""
    page = state.env["page"]
    for heading, text in zip(state.tokens, state.tokens[1:], strict=False):
        if heading.type != "heading_open":
            continue
        line = (heading.map or [0])[0]
        if heading.tag not in ("h2", "h3"):
            raise page.error(line, "sections begin with ## or ###; the title stands in the front matter")
        children = text.children or []
        written = re.fullmatch(r"(.*?)\s*\{#([a-z][a-z0-9-]*)\}", text.content)
        if written and children:
            children[-1].content = re.sub(r"\s*\{#[a-z0-9-]+\}$", "", children[-1].content)
        title = written[1] if written else text.content
        anchor = written[2] if written else re.sub(r"[^a-z0-9]+", "-", plain(title).lower()).strip("-")
        heading.attrSet("id", page.anchor(line, anchor, title))


def _links(state: StateCore) -> None:
    page = state.env["page"]
    for token in state.tokens:
        line = (token.map or [0])[0]
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", page.link(line, str(child.attrGet("href"))))
            if child.type == "image":
                raise page.error(line, "pictures are drawn by widgets: use a block such as ```widget landscape")


def _cite(state: StateCore) -> None:
    """Citations ("Zeiler 2012") become links to the References page, but for those within a link."""
    for token in state.tokens:
        written: list[Token] = []
        within = 0
        for child in token.children or []:
            within += child.nesting if child.type.startswith("link") else 0
            written += [child] if within or child.type != "text" else _cited(child)
        if written:
            token.children = written


def _cited(text: Token) -> list[Token]:
    def part(start: int, end: int) -> Token:
        return Token("text", "", 0, content=text.content[start:end], level=text.level)

    written, at = [], 0
    for start, end, reference in cited(text.content):
        link = Token("link_open", "a", 1, attrs={"href": f"../{address(reference)}"})
        written += [part(at, start), link, part(start, end), Token("link_close", "a", -1)]
        at = end
    return [*written, part(at, len(text.content))]


def _write_fence(_: RendererHTML, tokens: Sequence[Token], number: int, __: Any, env: Any) -> str:
    token = tokens[number]
    return str(env["page"].block((token.map or [0])[0], token.info, token.content))


_INLINE = MarkdownIt("commonmark", TYPOGRAPHY).enable("smartquotes")
_INLINE.inline.ruler.before("escape", "formula", _formula)
_INLINE.core.ruler.push("glue", _glue)
_INLINE.add_render_rule("formula", _write_formula)
