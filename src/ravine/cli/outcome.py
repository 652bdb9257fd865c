"""The files that a comparison is written to: a report, or a picture, as their endings say."""

from collections.abc import Sequence
from pathlib import Path

from ravine.errors import RavineError
from ravine.files import check_writable
from ravine.lab import Comparison, Study

REPORT = ".html"


def check_outputs(paths: Sequence[Path], study: Study) -> None:
    """RavineError, before training, for a path that could not be written after it."""
    for path in paths:
        if path.suffix.lower() == REPORT:
            check_writable(path)
            continue
        from ravine.lab.report import picture

        if path.suffix.lower() not in picture.ENDINGS:
            raise RavineError(f"cannot write {path}: its ending must be one of {' '.join((REPORT, *picture.ENDINGS))}")
        if len(study.problems) > 1:
            raise RavineError(f"cannot draw {path}: a picture shows one problem; write a report, FILE.html")
        picture.check_picture(path)


def write_outputs(paths: Sequence[Path], comparisons: Sequence[Comparison]) -> None:
    """Each path, in its own form."""
    for path in paths:
        if path.suffix.lower() == REPORT:
            from ravine.lab.report import write

            write(comparisons, path)
        else:
            from ravine.lab.report import card, picture

            draw = card.draw if card.is_card(path) else picture.draw
            draw(comparisons[0], path)
