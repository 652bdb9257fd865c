"""The tables of a report: text by column, so that what a reader sees can be checked against the data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ravine.charts.svg import Chart
from ravine.lab.analysis.across import Across
from ravine.lab.analysis.entrant import Summary
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.metric import as_metric
from ravine.lab.report import phrases, words
from ravine.lab.report.self_check import self_check

VERDICTS = {"behind": "behind", "ahead": "ahead on test data", "level": "not separated"}


@dataclass(frozen=True)
class Table:
    """caption: what it shows. columns: their headings. rows: text, the name first. foot: a line below."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: str = ""


def results(comparison: Evidence) -> Table:
    """How good each optimizer is at the setting that validation data chose."""
    leader = comparison.summaries[0].name
    metric = comparison.metric
    rows = []
    for summary in comparison.summaries:
        standing = comparison.standings.get(summary.name)
        behind = ("–", "–", "leads")
        if standing is not None:
            gap = phrases.gap(*standing.interval, metric)
            behind = (gap, phrases.probability(standing.p), VERDICTS[standing.verdict])
        rows.append(
            (
                summary.name,
                words.setting(summary),
                phrases.value(summary.validation_metric, metric, digits=2),
                phrases.value(summary.test_metric, metric, digits=2),
                phrases.interval(*summary.test_interval, metric, digits=2),
                *behind,
            )
        )
    columns = (
        "optimizer",
        "best setting",
        f"validation {metric}",
        f"test {metric}",
        "95% bootstrap interval",
        f"{leader} better by{' (points)' if metric == 'accuracy' else ''}, Student’s 95%",
        "p (Holm)",
        f"against {leader}",
    )
    return Table(
        f"Each optimizer at its best setting. Validation data chose; test figures are means over "
        f"{phrases.count(comparison.summaries[0].seeds, 'seed')} that had no part in choosing."
        if comparison.entrants[0].tuning
        else "Each optimizer at its best setting, chosen on validation data from the runs that are reported.",
        columns,
        tuple(rows),
        f"Self-check. {self_check(comparison).sentence}",
    )


def tuning(comparison: Evidence) -> Table:
    """How fast each optimizer is, how easy to tune, and where the uncertainty comes from.

    The search adds to it where settings were drawn: a fixed grid is the same when it is tried again.
    """
    drawn = {entrant.name for entrant in comparison.entrants if entrant.drawn}
    target = None if comparison.target is None else phrases.goal(comparison.target, comparison.metric)
    rows = []
    for summary in comparison.summaries:
        speed: tuple[str, ...] = ()
        if target is not None and summary.steps_to_target is not None:
            speed = (phrases.steps(summary.steps_to_target), phrases.seconds(summary.seconds_to_target))
        rows.append(
            (
                summary.name,
                *speed,
                f"{summary.diverged:.0%}",
                "–" if summary.sensitivity is None else f"{summary.sensitivity:.2f}",
                str(summary.trials),
                _deviation(summary.seed_deviation, comparison.metric),
                *(_searched(summary, drawn, comparison.metric) if drawn else ()),
            )
        )
    points = " (points)" if as_metric(comparison.metric).share else ""
    columns = (
        "optimizer",
        *(() if target is None else (f"steps to {target}", f"seconds to {target}")),
        "diverged",
        "decades within 1%",
        "settings tried",
        f"deviation, seed{points}",
        *((f"deviation, search{points}",) if drawn else ()),
    )
    return Table(
        "How fast, how easy to tune, and where the uncertainty comes from.",
        columns,
        tuple(rows),
        _about_settings(comparison, bool(drawn)),
    )


def _about_settings(comparison: Evidence, drawn: bool) -> str:
    if comparison.raced:
        return "Decades, and what the search adds, are not known: settings raced, and few were trained to the end."
    return "" if drawn else "Settings tried: those of a fixed grid, which tuning again would not change."


def figures(chart: Chart) -> Table:
    """The points of a chart. Lines that share their x share the column."""
    across = sorted({x for line in chart.lines for x in line.x})
    at = [dict(zip(line.x, line.y, strict=True)) for line in chart.lines]
    rows = ((f"{x:.4g}", *(_figure(points.get(x), chart.y.kind == "share") for points in at)) for x in across)
    return Table(chart.title, (chart.x_label, *(line.name for line in chart.lines)), tuple(rows))


def across_problems(across: Across) -> Table:
    """Interquartile means, and how probable it is that the first of them does better than each of the others."""
    means = across.interquartile_means()
    order = sorted(means, key=lambda name: means[name][0], reverse=True)
    rows = []
    for name in order:
        mean, (low, high) = means[name]
        better = "–"
        if name != order[0]:
            chance, (least, most) = across.improvement(order[0], name)
            better = f"{chance:.0%} ({least:.0%} to {most:.0%})"
        rows.append((name, f"{mean:.3f}", f"{low:.3f} to {high:.3f}", better))
    return Table(
        f"Over {len(across.comparisons)} problems; a score of 0 is the untrained network, 1 the best optimizer there.",
        ("optimizer", "interquartile mean", "95% percentile interval", f"{order[0]} does better"),
        tuple(rows),
        "Intervals: percentile bootstraps that redraw the seeds of each problem. They speak of other seeds on these "
        "problems, not of other problems, and from a few seeds they are too narrow.",
    )


def winners(comparisons: Sequence[Evidence]) -> Table:
    """What each problem says on its own."""
    rows = []
    for comparison in comparisons:
        leader = comparison.summaries[0]
        level = [name for name, standing in comparison.standings.items() if standing.verdict == "level"]
        rows.append(
            (
                comparison.title,
                leader.name,
                words.setting(leader),
                phrases.value(leader.test_metric, comparison.metric, digits=2),
                phrases.listed(level) if level else "none",
            )
        )
    return Table(
        "The best on validation data of each problem.",
        ("problem", "optimizer", "setting", "test metric", "not separated from it"),
        tuple(rows),
    )


def _searched(summary: Summary, drawn: set[str], metric: str) -> tuple[str]:
    if summary.name not in drawn:
        return ("a fixed grid: none",)
    return (_deviation(summary.search_deviation, metric),)


def _deviation(of: float | None, metric: str) -> str:
    if of is None or not np.isfinite(of):
        return "–"
    return f"{100 * of:.2f}" if as_metric(metric).share else f"{of:.3g}"


def _figure(value: float | None, share: bool) -> str:
    if value is None:
        return ""
    return "∞" if np.isinf(value) else f"{100 * value:.2f}%" if share else f"{value:.4g}"
