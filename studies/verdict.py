"""A claim of a source, the figures on both sides, and whether ours bear it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["reproduced", "reproduced on some networks", "not reproduced", "not decided"]


@dataclass(frozen=True)
class Verdict:
    """claim: what the source says. published, ours: the figures, in words. outcome: what ours make of it."""

    claim: str
    published: str
    ours: str
    outcome: Outcome


def outcome(borne_out: bool | None) -> Outcome:
    """None where the figures do not tell."""
    return "not decided" if borne_out is None else "reproduced" if borne_out else "not reproduced"


def outcome_of_several(borne_out: Sequence[bool]) -> Outcome:
    """Of a claim that was put to several networks; to none where the source gives no figure to put."""
    if any(borne_out) and not all(borne_out):
        return "reproduced on some networks"
    return outcome(all(borne_out) if borne_out else None)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdicts_table(verdicts: Sequence[Verdict]) -> str:
    """The verdicts in Markdown."""
    rows = [(v.claim, v.published, v.ours, f"**{v.outcome}**") for v in verdicts]
    return table(("claim", "published", "here", "verdict"), rows)


def span(values: Sequence[float], digits: int = 2, unit: str = "") -> str:
    """A value, or the lowest and the highest of several."""
    low, high = (f"{end:.{digits}f}{unit}" for end in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"
