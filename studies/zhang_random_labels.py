"""Zhang et al. 2017, table 1's perceptrons and figure 1 b and c, in small."""

import csv
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ravine.lab.analysis.entrant import steps_to
from ravine.lab.analysis.statistics import prediction_interval
from ravine.lab.report.comparison import Comparison
from studies.verdict import Verdict, outcome, span, table

TITLE = "Zhang et al. 2017 on CIFAR-10: learning random labels by heart, in small"
PUBLISHED = Path(__file__).parent / "published" / "zhang-random-labels.csv"
CHANCE = 10.0  # percent right of ten classes
NOISE = 1.0  # points around it: a little over three standard deviations of 10,000 guesses
LEARNED = 99.0  # percent right on what was trained
LITTLE = 2.0  # points of test accuracy that weight decay may change and be said to matter little
LITTLE_LONGER = 10  # times the steps: a small factor
NOTES = """
A tenth of the images is trained on, so the test accuracies of true labels lie below the paper's, and no cell is held
against its table; what is tried here is what the paper concludes. *Train* is the accuracy after the last step on the
5,000 images trained on, under the labels they were trained with; *test* is on the 10,000 published test images under
their true labels. A prediction interval is where one more seed would fall. Of random labels one in ten happens to be
right.

What a small study can say: that these networks learn 5,000 random labels by heart is a fact about them. How much
weight decay matters at the paper's size, and for its convolutional networks, is not decided here.
"""
Row = dict[str, Any]


def published() -> list[dict[str, str]]:
    """The cells of the paper's table 1 that are perceptrons'."""
    with PUBLISHED.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures(comparisons: list[Comparison]) -> dict[str, Any]:
    """For each network, share of random labels and decay: accuracies in percent and steps to 99 %, of every seed."""
    return {
        "rows": [_row(comparison, name) for comparison in comparisons for name in ("no weight decay", "weight decay")]
    }


def _row(comparison: Comparison, name: str) -> Row:
    runs = sorted(comparison.entrant(name).report, key=lambda run: run.configuration.seed)
    settings = dict(runs[0].configuration.problem_settings)
    steps = [steps_to(run, LEARNED / 100, "accuracy") for run in runs]
    return {
        "model": f"MLP {settings['hidden']:g}×{settings['width']:g}",
        "random": settings["share"],
        "decay": name == "weight decay",
        "train": [round(100 * run.validation_metric[-1], 2) for run in runs],
        "test": [round(100 * run.test_metric, 2) for run in runs],
        "steps": [None if np.isinf(step) else step for step in steps],
    }


def verdicts(figures: dict[str, Any]) -> list[Verdict]:
    """What the paper concludes from its table and its figure."""
    rows = figures["rows"]
    random = [row for row in rows if row["random"] == 1 and not row["decay"]]
    decayed = [row for row in rows if row["random"] == 1 and row["decay"]]
    true = [row for row in rows if row["random"] == 0 and not row["decay"]]
    gains = [_decay_of(rows, row) for row in true]
    shares = [row for row in rows if row["model"] == "MLP 1×512" and not row["decay"]]
    shares.sort(key=lambda row: row["random"])
    steps = [_median_steps(row) for row in shares]
    errors = [100 - mean(row["test"]) for row in shares]
    longer = steps[-1] / steps[0]
    return [
        Verdict(
            "A network of this size learns random labels by heart",
            "train 100.0 % (3×512), 99.34 % (1×512)",
            _each(random, "train"),
            outcome(all(min(row["train"]) >= LEARNED for row in random)),
        ),
        Verdict(
            "Its test accuracy is then chance",
            "test 10.48 % (3×512), 10.61 % (1×512)",
            _each(random, "test"),
            outcome(all(abs(mean(row["test"]) - CHANCE) <= NOISE for row in random)),
        ),
        Verdict(
            "Explicit regularisation does not prevent it: random labels are learned with weight decay too",
            "in words",
            _each(decayed, "train"),
            outcome(all(min(row["train"]) >= LEARNED for row in decayed)),
        ),
        Verdict(
            "Weight decay helps little",
            "test +0.96 points (3×512), -0.12 (1×512)",
            "; ".join(f"test {gain:+.2f} points ({_size(row)})" for row, gain in zip(true, gains, strict=True)),
            outcome(all(abs(gain) <= LITTLE for gain in gains)),
        ),
        Verdict(
            "It is not what makes these networks generalise: without it, true labels are learned far above chance",
            "test 52.39 % (3×512), 50.51 % (1×512)",
            _each(true, "test"),
            outcome(all(min(row["test"]) >= 3 * CHANCE for row in true)),
        ),
        Verdict(
            "The more labels are random, the longer learning them takes, by a small factor",
            "a figure of curves",
            "; ".join(f"{row['random']:.0%}: {step:g} steps" for row, step in zip(shares, steps, strict=True))
            + f": {longer:.1f} times as many",
            outcome(all(a < b for a, b in pairwise(steps)) and longer <= LITTLE_LONGER),
        ),
        Verdict(
            "and the higher the test error, up to that of guessing",
            "a figure of curves",
            "; ".join(f"{row['random']:.0%}: {error:.1f} %" for row, error in zip(shares, errors, strict=True)),
            outcome(all(a < b for a, b in pairwise(errors)) and abs(errors[-1] - (100 - CHANCE)) <= NOISE),
        ),
    ]


def _each(rows: list[Row], part: str) -> str:
    return "; ".join(f"{part} {span(row[part])} % ({_size(row)})" for row in rows)


def _size(row: Row) -> str:
    return str(row["model"]).removeprefix("MLP ")


def _decay_of(rows: list[Row], plain: Row) -> float:
    """Points of test accuracy that weight decay adds to a row."""
    same = ("model", "random")
    (decayed,) = [row for row in rows if row["decay"] and all(row[name] == plain[name] for name in same)]
    return mean(decayed["test"]) - mean(plain["test"])


def _median_steps(row: Row) -> float:
    return median(np.inf if steps is None else steps for steps in row["steps"])


def tables(figures: dict[str, Any]) -> list[str]:
    """The paper's table beside ours, and then every row."""
    cells = [
        (
            cell["model"],
            cell["weight_decay"],
            cell["random_labels"],
            f"{float(cell['train_accuracy_percent']):.2f} / {float(cell['test_accuracy_percent']):.2f} %",
            _ours(figures["rows"], cell),
        )
        for cell in published()
    ]
    rows = [
        (
            row["model"],
            f"{row['random']:.0%}",
            "yes" if row["decay"] else "no",
            span(row["train"]),
            ", ".join(f"{value:.2f}" for value in row["test"]),
            "{:.2f} to {:.2f}".format(*prediction_interval(row["test"])),
            ", ".join("not reached" if steps is None else f"{steps:g}" for steps in row["steps"]),
        )
        for row in sorted(figures["rows"], key=lambda row: (row["model"], row["random"], row["decay"]))
    ]
    return [
        "### The paper's table 1, train / test, beside 5,000 images",
        table(("model", "weight decay", "random labels", "published, 50,000 images", "here, 5,000, mean"), cells),
        "### Every row, accuracies in percent",
        table(("model", "random", "weight decay", "train", "test", "prediction interval", "steps to 99 %"), rows),
    ]


def _ours(rows: list[Row], cell: dict[str, str]) -> str:
    found = [
        row
        for row in rows
        if row["model"] == cell["model"]
        and row["decay"] == (cell["weight_decay"] == "yes")
        and row["random"] == (cell["random_labels"] == "yes")
    ]
    return f"{mean(found[0]['train']):.2f} / {mean(found[0]['test']):.2f} %"


def chart(figures: dict[str, Any]) -> Figure:
    """Steps to learn the labels, and test accuracy, against the share that is random: the paper's figure 1 b and c."""
    made = Figure(figsize=(9, 3.6), layout="constrained", facecolor="white")
    left, right = made.subplots(1, 2)
    for decay, look in ((False, {"color": "#0072b2", "marker": "o"}), (True, {"color": "#b34700", "marker": "s"})):
        rows = [row for row in figures["rows"] if row["model"] == "MLP 1×512" and row["decay"] == decay]
        rows.sort(key=lambda row: row["random"])
        shares = [100 * row["random"] for row in rows]
        label = "weight decay" if decay else "no weight decay"
        left.plot(shares, [_median_steps(row) for row in rows], label=label, **look)
        right.plot(shares, [mean(row["test"]) for row in rows], label=label, **look)
    left.set_ylabel("steps to 99 % of the training labels")
    left.set_ylim(bottom=0)
    right.axhline(CHANCE, color="#5a626b", linewidth=0.8, linestyle=(0, (4, 3)))
    right.text(1, CHANCE + 0.7, "chance", color="#5a626b")
    right.set_ylabel("test accuracy, %")
    right.set_ylim(0, None)
    for axes in (left, right):
        axes.set_xlabel("random labels, %")
        axes.grid(color="#d9dde2", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    right.legend(frameon=False)
    made.suptitle("MLP 1×512 on 5,000 images of CIFAR-10", x=0.01, ha="left", fontweight="bold")
    return made
