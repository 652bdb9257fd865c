"""The monitor's page: findings, curves and layers, in one file that needs nothing else."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ravine.cell_output import said, table
from ravine.charts.environment import environment
from ravine.charts.scales import Kind, fitting
from ravine.charts.svg import Chart, Line, swatch
from ravine.files import check_writable, replacing
from ravine.monitor.finding import Finding
from ravine.monitor.hooks import Hooks
from ravine.monitor.layers import described
from ravine.monitor.measure import curves, of_layers
from ravine.monitor.words import SOUND, headline, report
from ravine.palette import LOOKS
from ravine.version import __version__

SHOWN = 400  # points of a curve that a page draws
# Each chart: its title, the kind of its scale, and what it draws.
CHARTS: tuple[tuple[str, Kind, tuple[str, ...]], ...] = (
    ("Loss", "linear", ("loss", "validation loss")),
    ("Accuracy", "linear", ("accuracy", "validation accuracy")),
    ("Length of a step over that of the weights, median of the layers", "log", ("update ratio",)),
    ("Norm of the gradient", "log", ("gradient norm",)),
    ("Learning rate", "linear", ("learning rate",)),
    ("Cosine between the gradients of two steps in a row", "linear", ("gradient alignment",)),
)
LEARNED = {"dead": "dead units", "saturated": "saturated", "lag_of_mean": "batch norm's lag"}


def page(hooks: Hooks, findings: Sequence[Finding]) -> str:
    """The page as text."""
    seen = curves(hooks.history)
    figures = [
        _figure(title, kind, {name: seen[name] for name in names if name in seen}) for title, kind, names in CHARTS
    ]
    return (
        environment("ravine.monitor")
        .get_template("monitor.html")
        .render(
            headline=headline(hooks) if hooks.steps else "No step was seen.",
            sound=SOUND,
            findings=findings,
            figures=[figure for figure in figures if figure],
            layers=_layers(hooks),
            looks=LOOKS[:2],
            version=__version__,
        )
    )


def cell(hooks: Hooks, findings: Sequence[Finding]) -> str:
    """What a notebook shows: the findings, and the first of the charts."""
    if not hooks.steps:
        return said(report(hooks, findings))
    seen = curves(hooks.history)
    drawn = (chart(title, kind, {name: seen[name] for name in names if name in seen}) for title, kind, names in CHARTS)
    first = next((one.in_a_cell() for one in drawn if one is not None), Markup())
    rows = [
        (f"{number}. {one.title}", one.evidence, one.advice, f"{one.step:,}")
        for number, one in enumerate(findings, start=1)
    ]
    found = table(rows, ("what is wrong", "what shows it", "try", "since step")) if rows else said(SOUND)
    return f"{said(headline(hooks))}{found}{first}"


def write(hooks: Hooks, findings: Sequence[Finding], path: Path) -> None:
    """Writes the page. RavineError where it cannot be written."""
    check_writable(path)
    text = page(hooks, findings)
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8")


def _figure(title: str, kind: Kind, lines: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, Any] | None:
    """A chart with its legend; None where there is nothing to draw."""
    drawn = chart(title, kind, lines)
    if drawn is None:
        return None
    legend = [(swatch(line.look), line.name) for line in drawn.lines]
    return {"title": title, "svg": drawn.svg(), "legend": legend}


def chart(title: str, kind: Kind, lines: Mapping[str, Sequence[tuple[float, float]]]) -> Chart | None:
    """Curves over the steps; None where there is nothing to draw."""
    drawn = {
        name: [(x, y) for x, y in points[:: -(-len(points) // SHOWN)] if kind != "log" or y > 0]
        for name, points in lines.items()
    }
    drawn = {name: points for name, points in drawn.items() if points}
    if not drawn:
        return None
    xs = [x for points in drawn.values() for x, _ in points]
    ys = [y for points in drawn.values() for _, y in points]
    ends = ", ".join(f"{name} from {points[0][1]:.3g} to {points[-1][1]:.3g}" for name, points in drawn.items())
    return Chart(
        title=title,
        summary=f"{title} over the steps: {ends}",
        x_label="step",
        y_label=title,
        x=fitting("count", xs),
        y=fitting(kind, ys),
        lines=tuple(
            Line(name, look, [x for x, _ in points], [y for _, y in points])
            for look, (name, points) in zip(LOOKS, drawn.items(), strict=False)
        ),
        markers=False,
    )


def _layers(hooks: Hooks) -> list[dict[str, str | Markup]]:
    """A row for each layer, as the last looks saw it."""
    looks = hooks.history.looks
    if not looks:
        return []
    rows = []
    measured = of_layers(hooks.history, len(looks))
    for name, layer in looks[-1].layers.items():
        if name not in hooks.parts:
            continue
        row: dict[str, str | Markup] = {
            "layer": described(name, hooks.parts[name]).removeprefix("layer "),
            "gradient": _number(layer.gradient),
            "update ratio": _number(layer.ratio),
            "mean of the outputs": _number(layer.mean),
            "their deviation": _number(layer.deviation),
        }
        rows.append(
            row | {said: _number(measured[name][key], share=key != "lag_of_mean") for key, said in LEARNED.items()}
        )
    return rows


def _number(value: float, share: bool = False) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.0%}" if share else f"{value:.3g}"
