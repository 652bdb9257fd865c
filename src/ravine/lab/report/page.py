"""The report's page: words, tables and charts put into the template."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ravine.charts.environment import environment
from ravine.charts.svg import Chart, swatch
from ravine.files import check_writable, replacing
from ravine.lab.analysis.across import Across
from ravine.lab.analysis.entrant import Summary, looks_of
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.report import charts, course, phrases, tables, words
from ravine.lab.report.recipe import recipe
from ravine.lab.report.tables import Table
from ravine.lab.store.configuration import versions


@dataclass(frozen=True)
class Figure:
    """A chart on the page: the picture, its legend as (swatch, name), and the table of what it draws."""

    title: str
    y_label: str
    svg: Markup
    legend: list[tuple[Markup, str]]
    table: Table


def page(comparisons: Sequence[Evidence]) -> str:
    """The page as text. comparisons: one for each problem of a study."""
    looks = looks_of(entrant for comparison in comparisons for entrant in comparison.entrants)
    return (
        environment("ravine.lab.report")
        .get_template("report.html")
        .render(
            title=comparisons[0].title
            if len(comparisons) == 1
            else f"{comparisons[0].study}: {len(comparisons)} problems",
            study=comparisons[0].study,
            sections=[_section(comparison, looks) for comparison in comparisons],
            across=_across(comparisons, looks) if len(comparisons) > 1 else None,
            looks=looks.values(),
            versions=versions(),
        )
    )


def write(comparisons: Sequence[Evidence], path: Path) -> None:
    """Writes the report of a study, one comparison for each of its problems. RavineError where it cannot be written."""
    check_writable(path)
    text = page(comparisons)
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8")


def _section(comparison: Evidence, looks: charts.Looks) -> dict[str, Any]:
    headline, *evidence = words.recommendation(comparison)
    return {
        "comparison": comparison,
        "headline": headline,
        "evidence": evidence,
        "recipe": "" if all(run.diverged for run in comparison.runs) else "\n".join(recipe(comparison)),
        "course": course.details(comparison),
        "results": tables.results(comparison),
        "tuning": tables.tuning(comparison),
        "figures": [_figure(chart) for chart in charts.of(comparison, looks)],
        "facts": _facts(comparison),
    }


def _across(comparisons: Sequence[Evidence], looks: charts.Looks) -> dict[str, Any]:
    across = Across(tuple(comparisons))
    profiles = across.profiles()
    return {
        "winners": tables.winners(comparisons),
        "means": tables.across_problems(across),
        "figures": [_figure(charts.profile(profiles, looks))] if profiles else [],
    }


def _figure(chart: Chart) -> Figure:
    legend = [(swatch(line.look), line.name) for line in chart.lines]
    return Figure(chart.title, chart.y_label, chart.svg(), legend, tables.figures(chart))


def _facts(comparison: Evidence) -> list[tuple[str, str]]:
    """How the runs were made, for whoever wants to make them again."""
    first = comparison.runs[0].configuration
    ways = Counter(run.how.replace("stacked", "in passes of") for run in comparison.runs)
    tuned = {run.configuration.seed for entrant in comparison.entrants for run in entrant.tuning}
    reported = {run.configuration.seed for entrant in comparison.entrants for run in entrant.report}
    return [
        ("Network", comparison.network),
        ("Data", comparison.preprocessing),
        *((f"Not searched: {summary.name}", _fixed(summary)) for summary in comparison.summaries if summary.fixed),
        ("Batch", phrases.count(comparison.batch_size, "example")),
        ("Budget", f"{phrases.count(first.steps, 'step')}, {phrases.epochs(comparison.epochs)}"),
        ("Seeds", f"{len(tuned)} that choose, {len(reported)} more that report" if tuned else f"{len(reported)}"),
        ("Runs", ", ".join(f"{n} {how}" for how, n in ways.most_common())),
        *(("Note", note) for note in comparison.notes),
        ("Cost", _cost(comparison)),
        ("Fingerprint of problem and data", first.fingerprint[:16]),
    ]


def _fixed(summary: Summary) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in summary.fixed.items())


def _cost(comparison: Evidence) -> str:
    seconds = comparison.run_seconds
    speed = f", {comparison.model_steps / seconds:,.0f} a second" if seconds else ""
    return (
        f"{comparison.model_steps:,} steps of one network{speed}: {phrases.seconds(seconds)} s of one worker; "
        f"this call took {phrases.seconds(comparison.seconds)} s"
    )
