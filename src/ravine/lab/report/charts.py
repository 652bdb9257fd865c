"""Which charts a report holds, drawn from a comparison."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ravine.charts.scales import Kind, Scale, fitting
from ravine.charts.svg import Chart, Line
from ravine.lab.analysis import tuning_cost
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.metric import LOSS, as_metric
from ravine.lab.report import phrases
from ravine.lab.store.run import Run
from ravine.palette import Look

Looks = Mapping[str, Look]  # by the entrant's name


def of(comparison: Evidence, looks: Looks) -> list[Chart]:
    """The charts of one comparison; those that would show a single point are left out."""
    found = (rates(comparison, looks), *epochs(comparison, looks), budget(comparison, looks))
    return [chart for chart in found if chart is not None and any(len(line.x) > 1 for line in chart.lines)]


def rates(comparison: Evidence, looks: Looks) -> Chart | None:
    """The validation metric against the learning rate; bands from the lowest to the highest of the tuning seeds."""
    lines = []
    for summary in comparison.summaries:
        entrant = comparison.entrant(summary.name)
        curve, chosen = entrant.rate_curve(comparison.metric)
        if len(curve) < 2 or (comparison.raced and not entrant.rungs):
            continue
        ends = [[run.result.validation_metric for run in trial.runs] for trial in curve]
        line = Line(
            summary.name,
            looks[summary.name],
            x=[trial.lr for trial in curve],
            y=[trial.validation_metric for trial in curve],
            low=[min(values) for values in ends],
            high=[max(values) for values in ends],
            ring=chosen,
        )
        lines.append(line)
    if not lines:
        return None
    return _chart(
        comparison,
        lines,
        title=f"Validation {comparison.metric} against learning rate{phrases.first_rung(comparison.raced)}",
        summary="How much the learning rate matters; a ring marks the rate that validation data chose.",
        x_label="learning rate",
        x_kind="log",
        y_kind=_kind(comparison.metric, lines),
        level=comparison.target,
    )


def epochs(comparison: Evidence, looks: Looks) -> list[Chart]:
    """Losses, and the accuracy, against the epoch: of the chosen settings, bands span the report seeds."""
    charts = [
        _against_epoch(comparison, looks, "training loss", lambda run: run.train_loss),
        _against_epoch(comparison, looks, "validation loss", lambda run: run.validation_loss),
    ]
    if comparison.metric != LOSS:
        what = f"validation {comparison.metric}"
        charts.append(_against_epoch(comparison, looks, what, lambda run: run.validation_metric))
    return charts


def _against_epoch(comparison: Evidence, looks: Looks, what: str, curve: Callable[[Run], Sequence[float]]) -> Chart:
    lines = []
    for summary in comparison.summaries:
        runs = comparison.runs_of(summary.name)
        longest = max(runs, key=lambda run: len(run.looks))
        seen = np.full((len(runs), len(longest.looks)), np.nan)  # a run that was stopped early has no part in the rest
        for row, run in zip(seen, runs, strict=True):
            row[: len(run.looks)] = curve(run)
        per_epoch = longest.configuration.steps / comparison.epochs
        lines.append(
            Line(
                summary.name,
                looks[summary.name],
                x=[step / per_epoch for step in longest.looks],
                y=np.nanmean(seen, axis=0).tolist(),
                low=np.nanmin(seen, axis=0).tolist(),
                high=np.nanmax(seen, axis=0).tolist(),
            )
        )
    measured = what == f"validation {comparison.metric}"
    return _chart(
        comparison,
        lines,
        title=f"{what.capitalize()} against epoch",
        summary=f"The {what} of each optimizer at its chosen setting, as training goes on.",
        x_label="epoch",
        x_kind="linear",
        y_kind=_kind(comparison.metric if measured else LOSS, lines),
        level=comparison.target if measured else None,
        markers=False,
        first=1,  # the network before training would press what comes after it together
    )


def budget(comparison: Evidence, looks: Looks) -> Chart | None:
    """The best so far against the settings tried: the mean over all orders in which they may be tried."""
    lines = []
    for summary in () if comparison.raced else comparison.summaries:
        best = tuning_cost.best_so_far(comparison.entrant(summary.name).trials, comparison.metric)
        if summary.trials > 1:
            lines.append(Line(summary.name, looks[summary.name], range(1, summary.trials + 1), best))
    if not lines:
        return None
    return _chart(
        comparison,
        lines,
        title=f"Best validation {comparison.metric} so far against tuning budget",
        summary="What can be expected of each optimizer after trying so many settings in random order.",
        x_label="settings tried",
        x_kind="count",
        y_kind=_kind(comparison.metric, lines),
        level=comparison.target,
        markers=False,
    )


def profile(profiles: Mapping[str, tuple[Sequence[float], Sequence[float]]], looks: Looks) -> Chart:
    """Performance profiles: for each optimizer, times as many steps as the fastest and the share of problems."""
    lines = [Line(name, looks[name], x, y) for name, (x, y) in profiles.items()]
    return Chart(
        title="Performance profile: problems brought to their target",
        summary="The share of problems that reach their target within so many times the steps of the fastest.",
        x_label="times the steps of the fastest",
        y_label="share of problems",
        x=fitting("log", [value for line in lines for value in line.x]),
        y=Scale("linear", 0.0, 1.05),
        lines=tuple(lines),
        markers=False,
    )


def _chart(
    comparison: Evidence,
    lines: list[Line],
    *,
    title: str,
    summary: str,
    x_label: str,
    x_kind: Kind,
    y_kind: Kind,
    level: float | None,
    markers: bool = True,
    first: int = 0,
) -> Chart:
    """A chart whose y axis holds the means from the point `first` on; what lies beyond is drawn on its edge."""
    names = phrases.listed([line.name for line in lines])
    return Chart(
        title=title,
        summary=f"{summary} Lines: {names}. The figures stand in the table below the chart.",
        x_label=x_label + (" (logarithmic)" if x_kind == "log" else ""),
        y_label=title.split(" against ")[0],
        x=fitting(x_kind, [x for line in lines for x in line.x]),
        y=fitting(y_kind, [y for line in lines for y in line.y[first:]]),
        lines=tuple(lines),
        level=level,
        markers=markers,
    )


def _kind(metric: str, lines: Sequence[Line]) -> Kind:
    known = as_metric(metric)
    if known.share:
        return "share"
    positive = all(value > 0 for line in lines for value in (*line.y, *line.low))
    return "log" if positive and not known.greater_is_better else "linear"
