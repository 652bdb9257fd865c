"""The card of a comparison, for a slide: what to use, how good it is, and how sure that is, at a glance."""

import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ravine.files import replacing
from ravine.lab.analysis.entrant import Summary, looks_of
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.metric import as_metric
from ravine.lab.report import advice, phrases, words
from ravine.lab.report.picture import FAINT, INK, PALE, check_picture
from ravine.palette import Look
from ravine.shown import drawn

HEADLINE, LINE = 46, 108  # letters to a line
MOST = 8  # optimizers that are shown


def is_card(path: Path) -> bool:
    """Whether a picture of this name is the card: card.png, digits-card.svg."""
    return path.stem.lower().endswith("card")


def draw(comparison: Evidence, path: Path) -> None:
    """Writes the card to `path`, as its ending says (.png or .svg): whole or, on an error, not at all."""
    check_picture(path)
    with replacing(path) as draft, mpl.rc_context({"svg.fonttype": "none", "font.size": 13}):
        figure(comparison).savefig(draft)


def figure(comparison: Evidence) -> Figure:
    """16:9: the finding, each optimizer's test metric with its interval, and what it rests on."""
    made = Figure(figsize=(12.8, 7.2), dpi=125, facecolor="white")
    headline = textwrap.fill(_headline(comparison), HEADLINE)
    made.text(0.05, 0.93, drawn(comparison.title), fontsize=16, color=FAINT, va="top")
    made.text(0.05, 0.87, drawn(headline), fontsize=27, fontweight="bold", color=INK, va="top", linespacing=1.15)
    taken = 0.09 * len(headline.splitlines())
    shown = comparison.summaries[:MOST]
    axes = made.add_axes((0.24, 0.24, 0.71, 0.87 - taken - 0.3))
    looks = looks_of(comparison.entrants)
    level = words.not_separated(comparison)
    for row, summary in enumerate(shown):
        _place(axes, comparison, summary, looks[summary.name], -row, summary.name in level)
    _axes(axes, comparison, shown)
    foot = "\n".join(textwrap.fill(line, LINE) for line in _foot(comparison))
    made.text(0.05, 0.04, drawn(foot), fontsize=12.5, color=FAINT, va="bottom", linespacing=1.35)
    return made


def _headline(comparison: Evidence) -> str:
    leader = comparison.summaries[0]
    if all(run.diverged for run in comparison.runs):
        return "Every run diverged"
    level = words.not_separated(comparison)
    if level and len(level) == len(comparison.standings):
        return "No optimizer is clearly ahead"
    chosen = f"{leader.name} with {words.setting(leader, borders=False)}"
    return f"{chosen} is among the best" if level else f"Use {chosen}"


def _place(axes: Axes, comparison: Evidence, summary: Summary, look: Look, y: int, level: bool) -> None:
    low, high = summary.test_interval
    if np.isfinite((low, high)).all():
        axes.plot((low, high), (y, y), color=look.light, linewidth=3, solid_capstyle="round", alpha=0.45)
    if np.isfinite(summary.test_metric):
        axes.plot(summary.test_metric, y, look.marker, color=look.light, markersize=11)
    value = phrases.value(summary.test_metric, comparison.metric)
    leads = summary is comparison.summaries[0]
    note = "" if leads or not level else ", not separated"
    weight = "bold" if leads else "normal"
    beside: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "va": "center",
        "ha": "right",
        "fontweight": weight,
    }
    beside |= {"fontweight": weight, "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 2}}  # above the grid
    ink = INK if leads else FAINT
    axes.annotate(drawn(f"{value}{note}"), (1.0, y), color=ink, fontsize=13, **beside)
    axes.annotate(drawn(textwrap.shorten(summary.name, 24)), (-0.015, y), color=INK, fontsize=14, **beside)


def _axes(axes: Axes, comparison: Evidence, shown: list[Summary]) -> None:
    metric = as_metric(comparison.metric)
    values = [value for s in shown for value in (s.test_metric, *s.test_interval) if np.isfinite(value)]
    if comparison.baseline is not None and values:
        answer, alone = comparison.baseline
        span = max(values) - min(values) or abs(max(values)) or 1.0
        if min(values) - 3 * span < alone < max(values) + 3 * span:
            values.append(alone)
            axes.axvline(alone, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
            axes.annotate(drawn(answer), (alone, 0.7), color=FAINT, fontsize=11, ha="center", va="bottom")
    if values:
        low, high = min(values), max(values)
        span = high - low or abs(high) or 1.0
        axes.set_xlim(low - 0.05 * span, high + 0.35 * span)  # room for the figures
    axes.set_ylim(-len(shown) + 0.4, 0.7)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    if metric.share:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%" if share <= 1 else ""))
    better = "more" if metric.greater_is_better else "less"
    axes.set_xlabel(f"test {comparison.metric} ({better} is better), 95% interval", color=FAINT)
    axes.tick_params(colors=FAINT)
    axes.grid(axis="x", color=PALE, linewidth=0.7)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _foot(comparison: Evidence) -> list[str]:
    leader = comparison.summaries[0]
    of = f"{phrases.count(leader.seeds, 'seed')}, {phrases.count(comparison.test_examples, 'test example')}"
    tuned = f"each optimizer at the best of its settings on validation data, {phrases.epochs(comparison.epochs)}"
    if all(run.diverged for run in comparison.runs):
        return [f"{comparison.network}; {of}."]
    return [f"{comparison.network}. {of}; {tuned}.", *advice.next_steps(comparison)]
