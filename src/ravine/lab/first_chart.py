"""The picture of a comparison: accuracy against learning rate, one colour and one marker for each optimizer."""

from itertools import cycle
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from ravine.errors import RavineError
from ravine.files import check_writable, replacing
from ravine.lab.first_comparison import Comparison, Summary

# Okabe & Ito's colours, which colour-blind readers tell apart, less their yellow, which paper swallows.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
INK, PALE = "#22262b", "#d9dde2"
FLOOR, CEILING = 0.05, 0.992
TICKS = (0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98)
ENDINGS = (".png", ".svg")


def check_picture(path: Path) -> None:
    """RavineError unless a picture can be written to `path`. Call it before training, not after."""
    if path.suffix.lower() not in ENDINGS:
        raise RavineError(f"cannot write {path}: its ending must be one of {' '.join(ENDINGS)}")
    check_writable(path)


def draw(comparison: Comparison, path: Path) -> None:
    """Writes the picture to `path`, as its ending says (.png or .svg): whole or, on an error, not at all."""
    check_picture(path)
    with replacing(path) as draft, mpl.rc_context({"svg.fonttype": "none", "font.size": 11}):
        figure(comparison).savefig(draft)


def figure(comparison: Comparison) -> Figure:
    """The picture. Lines are means over the seeds and bands span them; a ring marks each optimizer's best rate."""
    made = Figure(figsize=(10, 6), dpi=150, layout="constrained", facecolor="white")
    axes = made.add_subplot()
    looks = dict(zip(comparison.optimizers, zip(cycle(COLOURS), cycle(MARKERS), strict=False), strict=False))
    for summary in comparison.summaries:
        _draw_optimizer(axes, comparison, summary, *looks[summary.optimizer])
    axes.axhline(comparison.target, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)

    axes.set_xscale("log")
    axes.set_yscale("logit")
    axes.set_ylim(FLOOR, CEILING)
    axes.set_yticks(TICKS)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda lr, _: f"{lr:g}"))
    axes.set_xlabel("learning rate (logarithmic)")
    axes.set_ylabel(f"validation accuracy after {comparison.epochs} epochs (logit scale)")
    axes.grid(color=PALE, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    made.suptitle(_finding(comparison), x=0.01, ha="left", fontsize=14, fontweight="bold", color=INK)
    axes.set_title(_setting(comparison), loc="left", fontsize=9.5, color="#5a626b")
    axes.legend(
        title="test accuracy at the best rate, %\n[95% interval over seeds]",
        alignment="left",
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
    )
    return made


def _draw_optimizer(axes: Axes, comparison: Comparison, summary: Summary, colour: str, marker: str) -> None:
    runs = [comparison.runs_of(summary.optimizer, lr) for lr in comparison.rates]
    accuracy = np.array([[run.validation_accuracy[-1] for run in at_rate] for at_rate in runs])
    # What lies below the picture is drawn on its edge.
    mean, lowest, highest = (of(axis=1).clip(FLOOR, CEILING) for of in (accuracy.mean, accuracy.min, accuracy.max))
    best = comparison.rates.index(summary.lr)
    low, high = summary.test_interval
    label = f"{summary.optimizer}  {100 * summary.test_accuracy:.1f} [{100 * low:.1f}, {100 * high:.1f}]"
    axes.fill_between(comparison.rates, lowest, highest, color=colour, alpha=0.1, linewidth=0)
    axes.plot(comparison.rates, mean, color=colour, marker=marker, markersize=5.5, linewidth=1.8, label=label)
    axes.plot(summary.lr, mean[best], marker, markersize=11, markerfacecolor="none", markeredgecolor=colour, zorder=3)


def _finding(comparison: Comparison) -> str:
    best = comparison.summaries[0]
    behind = [name for name, standing in comparison.standings.items() if standing == "behind"]
    if comparison.standings and not behind:
        return f"{comparison.title}: each at its best rate, no optimizer is clearly ahead"
    return f"{comparison.title}: {best.optimizer} at {best.lr:g} does best"


def _setting(comparison: Comparison) -> str:
    seeds = len(comparison.seeds)
    return (
        f"{comparison.network}\nbatches of {comparison.batch_size}, {comparison.epochs} epochs; "
        f"means of {seeds} seeds, bands from lowest to highest; ring: best rate on validation data"
    )
