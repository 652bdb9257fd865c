"""What the course cites: each source once, found by the way it is cited, and linked to the References page."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ravine.shown import marked_up

# Kinds, as sections of the page.
KINDS = {"paper": "Papers", "text": "To read on", "visualiser": "To play with"}


@dataclass(frozen=True)
class Reference:
    """A source.

    key:   its anchor on the page, from how it is cited or, where nobody cites it, from its title.
    cited: as in "Kingma & Ba 2015"; "" for what is read and not cited.
    kind:  one of KINDS.
    use:   what it is good for.
    """

    key: str
    cited: str
    title: str
    address: str
    kind: str
    use: str

    @property
    def pattern(self) -> str:
        """Finds "Zeiler 2012" and "Zeiler (2012)"."""
        authors, _, year = self.cited.rpartition(" ")
        return rf"{re.escape(authors)} \(?{year}\b\)?"


@cache
def references() -> dict[str, Reference]:
    """Every source by its key, in the order of the page."""
    table = tomllib.loads((files("ravine.lessons") / "references.toml").read_text(encoding="utf-8"))
    found = [
        Reference(_key(each), each.get("cited", ""), each["title"], each["address"], kind, each["use"])
        for kind in KINDS
        for each in table[kind]
    ]
    return {each.key: each for each in found}


def cited(text: str) -> list[tuple[int, int, Reference]]:
    """Where a text cites a source: from, to, and the source; in the text's order."""
    return sorted(
        (match.start(), match.end(), each)
        for each in references().values()
        if each.cited
        for match in re.finditer(each.pattern, text)
    )


def linked(text: str, root: str) -> str:
    """The text as HTML, its citations as links; `root` leads to the site's root."""
    written, at = [], 0
    for start, end, each in cited(text):
        written += [marked_up(text[at:start]), f'<a href="{root}{address(each)}">{marked_up(text[start:end])}</a>']
        at = end
    return "".join([*written, marked_up(text[at:])])


def address(reference: Reference) -> str:
    """Of its entry, from the site's root."""
    return f"references.html#{reference.key}"


def _key(each: dict[str, str]) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (each.get("cited") or each["title"]).lower()).strip("-")
