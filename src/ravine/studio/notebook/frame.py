"""A widget as HTML that needs nothing else: a picture of it and, in a frame of its own, its page with all that it runs.

The frame keeps the studio's style out of the notebook and the notebook's out of the studio. Its policy lets it fetch
nothing. Where a notebook shows no frames (an untrusted one, GitHub), the picture stays.
"""

import base64
import gzip
import html
import json
from functools import lru_cache

from ravine.errors import RavineError
from ravine.rules import Rule, rules
from ravine.shown import marked_up
from ravine.studio.pages import OWN_SCRIPTS
from ravine.studio.pictures import draw
from ravine.studio.site import build

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
DATA = {"landscape": ("rules.js",), "network": ("rules.js", "digits.js")}  # before a widget's own scripts
HEIGHT = 720  # until the page says how tall it is; pixels

# What unpacks the page: its sheet and its scripts as JSON, gzipped, in base 64.
_UNPACK = """\
const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (sign) => sign.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
for (const [tag, text] of await new Response(stream).json())
  document.head.append(Object.assign(document.createElement(tag), { textContent: text }));
"""


def output(kind: str, query: str, name: str) -> str:
    """What a notebook shows of a widget of that kind with that state. name: the frame's, by which a link finds it."""
    return (
        f"<div>{_picture(kind, query)}"
        f'<iframe data-ravine="{marked_up(name)}" title="Ravine: {marked_up(kind)}" width="100%" height="{HEIGHT}" '
        f'style="display: block; border: 0; width: 100%" srcdoc="{html.escape(page(kind, query))}"></iframe></div>'
    )


def _picture(kind: str, query: str) -> str:
    """The still picture; none of a formula that somebody is still typing."""
    try:
        picture = base64.b64encode(draw(kind, query)).decode()
    except RavineError:
        return ""
    return f'<img src="data:image/svg+xml;base64,{picture}" alt="Ravine: {marked_up(kind)}, {marked_up(query)}">'


def page(kind: str, query: str) -> str:
    """The page of the frame."""
    own = frozenset(rules[name] for name in rules.included)
    return (
        '<!doctype html><html lang="en" class="scripted in-notebook"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><meta name="color-scheme" content="light dark">'
        f"<title>Ravine</title></head><body>"
        f'<div data-widget="{kind}" data-shared="notebook" data-state="{marked_up(query)}"></div>'
        f'<script type="text/plain" id="packed">{_packed(kind, own)}</script>'
        f'<script type="module">{_UNPACK}</script></body></html>'
    )


@lru_cache(maxsize=8)
def _packed(kind: str, own: frozenset[Rule]) -> str:
    """Sheet and scripts, with the rules of one's own as the book has them by now: a cell may have changed one."""
    site = build()
    scripts = [*DATA[kind], *OWN_SCRIPTS[kind]]
    font, _, sheet = site["static/ravine.css"].decode().partition("@font-face {")
    parts = [("style", font + sheet.partition("}")[2])]  # the font's file is not here: formulas have the system's
    parts += [("script", site[f"static/{name}"].decode()) for name in scripts]
    return base64.b64encode(gzip.compress(json.dumps(parts).encode(), mtime=0)).decode()
