"""The report: one HTML file that needs no other file and no network, on a phone, on paper, in light and in dark."""

from collections.abc import Sequence
from pathlib import Path

from ravine.files import check_writable, replacing
from ravine.lab.report.comparison import Comparison
from ravine.lab.report.page import page

__all__ = ["page", "write"]


def write(comparisons: Sequence[Comparison], path: Path) -> None:
    """Writes the report of a study, one comparison for each of its problems. RavineError where it cannot be written."""
    check_writable(path)
    text = page(comparisons)
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8")
