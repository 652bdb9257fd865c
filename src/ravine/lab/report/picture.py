"""The picture of a comparison: the validation metric against the learning rate, one look for each optimizer."""

import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from ravine.errors import RavineError
from ravine.files import check_writable, replacing
from ravine.lab.analysis.entrant import Summary, looks_of
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.metric import as_metric
from ravine.lab.report import phrases, words
from ravine.palette import Look
from ravine.shown import drawn

INK, PALE, FAINT = "#22262b", "#d9dde2", "#5a626b"
FLOOR, CEILING = 0.05, 0.999
TICKS = (0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998)
ENDINGS = (".png", ".svg")
TITLE = 75  # letters of its font to a line


def check_picture(path: Path) -> None:
    """RavineError unless a picture can be written to `path`. Call it before training, not after."""
    if path.suffix.lower() not in ENDINGS:
        raise RavineError(f"cannot write {path}: its ending must be one of {' '.join(ENDINGS)}")
    check_writable(path)


def draw(comparison: Evidence, path: Path) -> None:
    """Writes the picture to `path`, as its ending says (.png or .svg): whole or, on an error, not at all."""
    check_picture(path)
    with replacing(path) as draft, mpl.rc_context({"svg.fonttype": "none", "font.size": 11}):
        figure(comparison).savefig(draft)


def figure(comparison: Evidence) -> Figure:
    """The picture. Lines are means over the tuning seeds and bands span them; a ring marks each chosen rate."""
    made = Figure(figsize=(10, 6), dpi=150, layout="constrained", facecolor="white")
    axes = made.add_subplot()
    looks = looks_of(comparison.entrants)
    for summary in comparison.summaries:
        _draw_optimizer(axes, comparison, summary, looks[summary.name])
    if comparison.target is not None:
        axes.axhline(comparison.target, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)

    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda lr, _: f"{lr:g}"))
    axes.set_xlabel("learning rate (logarithmic)")
    axes.set_ylabel(f"validation {comparison.metric} after {phrases.epochs(comparison.epochs)}")
    if as_metric(comparison.metric).share:
        _scale_shares(axes)
    elif all(value > 0 for line in axes.get_lines() for value in np.ravel(line.get_ydata())):
        axes.set_yscale("log")
    axes.grid(color=PALE, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    made.suptitle(
        drawn(textwrap.fill(_finding(comparison), TITLE)), x=0.01, ha="left", fontsize=14, fontweight="bold", color=INK
    )
    axes.set_title(drawn(_setting(comparison)), loc="left", fontsize=9.5, color=FAINT)
    axes.legend(
        title=f"test {comparison.metric} at the best setting\n[95% bootstrap interval over seeds]",
        alignment="left",
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
    )
    return made


def _draw_optimizer(axes: Axes, comparison: Evidence, summary: Summary, look: Look) -> None:
    entrant = comparison.entrant(summary.name)
    curve, best = entrant.rate_curve(comparison.metric)
    if not curve or (comparison.raced and not entrant.rungs):
        return
    ends = np.array([[run.result.validation_metric for run in trial.runs] for trial in curve])
    if as_metric(comparison.metric).share:
        ends = ends.clip(FLOOR, CEILING)  # what lies below the picture is drawn on its edge
    rates = [trial.lr for trial in curve]
    interval = phrases.interval(*summary.test_interval, comparison.metric)
    label = f"{summary.name}  {phrases.value(summary.test_metric, comparison.metric)} [{interval}]"
    axes.fill_between(rates, ends.min(axis=1), ends.max(axis=1), color=look.light, alpha=0.1, linewidth=0)
    mean = ends.mean(axis=1)
    style: dict[str, Any] = {"color": look.light, "marker": look.marker, "markersize": 5.5, "linewidth": 1.8}
    line = axes.plot(rates, mean, label=drawn(label), **style)
    line[0].set_dashes(look.dash_in_widths)
    axes.plot(rates[best], mean[best], "o", markersize=12, markerfacecolor="none", markeredgecolor=look.light)


def _scale_shares(axes: Axes) -> None:
    axes.set_yscale("logit")
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, FLOOR), min(high, CEILING))
    axes.set_yticks([tick for tick in TICKS if axes.get_ylim()[0] <= tick <= axes.get_ylim()[1]])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))


def _finding(comparison: Evidence) -> str:
    best = comparison.summaries[0]
    level = words.not_separated(comparison)
    if level and len(level) == len(comparison.standings):
        return f"{comparison.title}: each at its best setting, no optimizer is clearly ahead"
    leads = f"{comparison.title}: {best.name} with {words.setting(best, borders=False)} does best"
    return f"{leads}, not clearly ahead of {phrases.listed(level)}" if level else leads


def _setting(comparison: Evidence) -> str:
    first = comparison.entrants[0]
    seeds = phrases.count(len(first.trials[0].runs), "seed") + phrases.first_rung(comparison.raced)
    return (
        f"{comparison.network}\nbatches of {comparison.batch_size}; means of {seeds}, "
        "bands from lowest to highest; ring: best rate on validation data"
    )
