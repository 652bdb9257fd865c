"""What `compare` gives: the evidence, and the ways to read it."""

import json
from dataclasses import asdict, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ravine.cell_output import said, table
from ravine.lab.analysis.course import courses
from ravine.lab.analysis.entrant import looks_of
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.report import charts, course, words
from ravine.lab.report.page import write
from ravine.lab.report.recipe import imports, recipe
from ravine.lab.report.self_check import SelfCheck, self_check
from ravine.lab.store.configuration import versions
from ravine.shown import marked_up


class Comparison(Evidence):
    """Every run of a study on one problem, what follows from them, and how it is told: see `Evidence`."""

    @cached_property
    def self_check(self) -> SelfCheck:
        """Momentum against SGD: a hint whether the search was good enough."""
        return self_check(self)

    def table(self) -> list[dict[str, str]]:
        """One row of text for each entrant, the leader first, by the title of the column."""
        return words.table(self)

    def recommendation(self) -> str:
        """Which optimizer to use and at which setting, the evidence, and where the evidence ends. Plain sentences."""
        return " ".join(words.recommendation(self))

    def _repr_html_(self) -> str:
        """In a notebook: the recommendation, the table, a chart, and the lines that train with it."""
        rows = self.table()
        shown = charts.of(self, looks_of(self.entrants))[:1]
        headline, *evidence = words.recommendation(self)
        parts = [
            f"<p><b>{marked_up(headline)}</b> {marked_up(' '.join(evidence))}</p>",
            table([list(row.values()) for row in rows], list(rows[0])),
            *(chart.in_a_cell() for chart in shown),
            said(*self.notes),
            f"<pre>{marked_up(self.recipe())}</pre>",
        ]
        return "".join(parts)

    def course(self) -> list[str]:
        """How each optimizer's training went, a line each: its best look, and what its curves say is wrong."""
        return course.lines(self)

    def recipe(self) -> str:
        """Lines of PyTorch that train with what is recommended, to be pasted: torch.optim's way and Ravine's."""
        lines = recipe(self)
        return "\n".join([*imports(lines), "", *lines])

    def as_dict(self) -> dict[str, Any]:
        """Everything, for machines; what is infinite is None."""
        facts = {name: getattr(self, name) for name in (field.name for field in fields(self)) if name != "entrants"}
        return {
            **facts,
            "versions": versions(),
            "recommendation": self.recommendation(),
            "recipe": self.recipe(),
            "self_check": asdict(self.self_check),
            "summaries": [summary.as_dict() for summary in self.summaries],
            "courses": {course.name: course.as_dict() for course in courses(self)},
            "standings": {name: _finite(asdict(standing)) for name, standing in self.standings.items()},
            "runs": [run.as_dict() for run in self.runs],
        }

    def to_json(self) -> str:
        """`as_dict` as JSON text."""
        return json.dumps(self.as_dict(), allow_nan=False)

    def to_html(self, path: Path | str) -> None:
        """Writes the report: one file that needs no other. RavineError where it cannot be written."""
        write([self], Path(path))


def _finite(standing: dict[str, Any]) -> dict[str, Any]:
    return {**standing, "interval": [None if np.isinf(end) else end for end in standing["interval"]]}
