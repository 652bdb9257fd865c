"""Wilson et al. 2017 on CIFAR-10 and the answer of Choi et al. 2019, in small: do adaptive methods end worse?"""

from collections.abc import Sequence
from math import isfinite
from statistics import mean
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from ravine.lab.analysis.statistics import examples_variance, paired_interval
from ravine.lab.report.comparison import Comparison
from studies.verdict import Verdict, outcome, span, table

TITLE = "Wilson et al. 2017 and Choi et al. 2019 on CIFAR-10: do adaptive methods end worse? In small"
PLAIN = ("SGD", "heavy ball")
ADAPTIVE = ("Adagrad", "RMSprop", "Adam")
PARTS = {"train": "training loss", "validation": "validation accuracy", "test": "test accuracy"}
EXAMPLES = {"validation": 2_000, "test": 10_000}
LOSS = {"train": True, "validation": False, "test": False}  # whether less is better
NOTES = """
The paper trains a VGG with batch norm and dropout on 45,000 images for 250 epochs; here it is an eighth as wide, with
three convolutions, on 1,000 images of half the resolution, for 20 passes. So no figure of ours can be held against one
of the paper's. An order can be, and from three seeds only where it is plain: two methods count as apart where the 95 %
interval of their paired difference leaves 0 out, over the seeds and, for accuracies, over which images there were to
test on. Where it does not, the verdict is *not decided*, which is no evidence that they are alike. The seeds that
choose a rate also report on it.

*Training loss* is the mean of the last 125 batches, with dropout on. A rate is chosen in the paper's first way, by the
lowest final training loss, or in its second, by the best validation accuracy (2,000 other images), both as means over
the seeds. The reference is SGD or heavy ball, whichever the same criterion prefers. The paper's grids are kept, though
500 steps ask for larger rates than its epochs do: RMSprop and Adam choose the largest that they are given.

What a study of this size cannot decide: whether the order holds where a network is trained for long enough to know its
images by heart, and whether a difference of a point, as in the paper, is there at all.
"""
Row = dict[str, Any]


class Difference(NamedTuple):
    """How much worse the first of two rows is than the second, over their seeds; apart: whether that leaves 0 out."""

    worse: float
    margin: float

    @property
    def apart(self) -> bool:
        return abs(self.worse) > self.margin

    def words(self, part: str) -> str:
        sign, digits = (1, 3) if LOSS[part] else (-1, 2)
        return f"{sign * self.worse:+.{digits}f} ± {self.margin:.{digits}f}"


def figures(comparisons: list[Comparison]) -> dict[str, Any]:
    """For each method and rate: final training loss, validation and test accuracy in percent, of every seed."""
    (comparison,) = comparisons
    return {"rows": [_row(entrant.name, trial.runs) for entrant in comparison.entrants for trial in entrant.trials]}


def _row(method: str, runs: Sequence[Any]) -> Row:
    ends = [float(run.train_loss[-1]) for run in runs]
    return {
        "method": method,
        "lr": runs[0].configuration.lr,
        # None is a run that was no longer finite.
        "train": [round(end, 4) if isfinite(end) else None for end in ends],
        "validation": [round(100 * run.validation_metric[-1], 2) for run in runs],
        "test": [round(100 * run.test_metric, 2) for run in runs],
    }


def chosen(rows: list[Row], methods: Sequence[str], by: str) -> Row:
    """Of these methods' rows the one of best mean, by "train" or by "validation"."""
    trained = [row for row in rows if row["method"] in methods and None not in row["train"]]
    return (min if LOSS[by] else max)(trained, key=lambda row: mean(row[by]))


def difference(row: Row, other: Row, part: str) -> Difference:
    """Over the seeds, and over which test images there were."""
    first, second = row[part], other[part]
    shares = [mean(each) / 100 for each in (first, second)]
    variance = 0.0 if LOSS[part] else 100**2 * examples_variance(shares, EXAMPLES[part])
    low, high = paired_interval(first, second, variance)
    return Difference((1 if LOSS[part] else -1) * (low + high) / 2, (high - low) / 2)


def all_worse(rows: list[Row], by: str, part: str, methods: Sequence[str] = ADAPTIVE) -> bool | None:
    """Whether each method ends worse than the reference. False where one is better; None where that is not plain."""
    against = chosen(rows, PLAIN, by)
    found = [difference(chosen(rows, [method], by), against, part) for method in methods]
    if any(one.apart and one.worse < 0 for one in found):
        return False
    return True if all(one.apart for one in found) else None


def no_worse(found: Difference) -> bool | None:
    """False where it is plainly worse, True where it is the better or plainly so; None between."""
    return not found.worse > 0 if found.apart or found.worse <= 0 else None


def verdicts(figures: dict[str, Any]) -> list[Verdict]:
    """The questions, each as a claim of one of the two papers, and one of our own."""
    rows = figures["rows"]
    plain, adam, tuned, decoupled = (
        chosen(rows, methods, "validation") for methods in (PLAIN, ["Adam"], ["Adam", "Adam, ε 0.01"], ["AdamW"])
    )
    ball, constant = (chosen(rows, [f"{name}, constant rate"], "validation") for name in ("heavy ball", "Adam"))
    decayed = chosen(rows, ["heavy ball"], "validation")
    without_decay = difference(constant, ball, "test")
    lost = [difference(ball, decayed, "test"), difference(constant, adam, "test")]
    gap = difference(adam, plain, "test")
    closing = difference(decoupled, plain, "test")
    return [
        Verdict(
            "Adaptive methods end worse in training, in all cases (the caption of figure 1; the abstract says better)",
            "a figure of curves",
            _against(rows, "train", "train"),
            outcome(all_worse(rows, "train", "train")),
        ),
        Verdict(
            "Adaptive methods end worse on the test, in all cases, rates chosen by training loss",
            "a figure of curves",
            _against(rows, "train", "test"),
            outcome(all_worse(rows, "train", "test")),
        ),
        Verdict(
            "So they do with rates chosen by validation",
            "in words",
            _against(rows, "validation", "test"),
            outcome(all_worse(rows, "validation", "test")),
        ),
        Verdict(
            "So does Adam without a decay of the rate, beside heavy ball",
            "the paper decays all rates",
            f"{_named(ball, 'test')}; Adam {without_decay.words('test')}",
            outcome(without_decay.worse > 0 if without_decay.apart else None),
        ),
        Verdict(
            "Either ends worse without it (a question of our own)",
            "–",
            f"heavy ball {lost[0].words('test')}; Adam {lost[1].words('test')}",
            outcome(all(one.worse > 0 for one in lost) if all(one.apart for one in lost) else None),
        ),
        Verdict(
            "With ε tuned as well Adam ends no worse than SGD and heavy ball (Choi et al. 2019)",
            "in words",
            f"{_named(plain, 'test')}; {_named(tuned, 'test')}: {difference(tuned, plain, 'test').words('test')}",
            outcome(no_worse(difference(tuned, plain, "test"))),
        ),
        Verdict(
            "Decoupled decay closes the gap (a question of our own)",
            "–",
            f"Adam {gap.words('test')}; AdamW {closing.words('test')} against {_named(plain, 'test')}",
            outcome(no_worse(closing) if gap.apart and gap.worse > 0 else None),
        ),
    ]


def _against(rows: list[Row], by: str, part: str) -> str:
    """The reference, and how each adaptive method differs from it, in the words of the table."""
    reference = chosen(rows, PLAIN, by)
    others = [chosen(rows, [method], by) for method in ADAPTIVE]
    each = [f"{row['method']} {difference(row, reference, part).words(part)}" for row in others]
    return "; ".join((_named(reference, part), *each))


def _named(row: Row, part: str) -> str:
    value = f"{mean(row[part]):.3f}" if LOSS[part] else f"{mean(row[part]):.2f} %"
    return f"{row['method']} at {row['lr']:g}: {value}"


def tables(figures: dict[str, Any]) -> list[str]:
    """What each criterion chooses, and then every row."""
    rows = figures["rows"]
    methods = list(dict.fromkeys(row["method"] for row in rows))
    picks = [
        (PARTS[by], method, _rate(rows, chosen(rows, [method], by)), *_ends(chosen(rows, [method], by)))
        for by in ("train", "validation")
        for method in methods
    ]
    every = [(row["method"], f"{row['lr']:g}", *_ends(row)) for row in rows]
    return [
        "### The rate that each criterion chooses",
        table(("by", "method", "rate", *PARTS.values()), picks),
        "### Every rate, from every seed",
        table(("method", "rate", *PARTS.values()), every),
    ]


def _rate(rows: list[Row], row: Row) -> str:
    rates = sorted(other["lr"] for other in rows if other["method"] == row["method"])
    return f"{row['lr']:g}" + (", the end of the grid" if row["lr"] in (rates[0], rates[-1]) else "")


def _ends(row: Row) -> tuple[str, ...]:
    train = "diverged" if None in row["train"] else span(row["train"], 3)
    return train, *(", ".join(f"{value:.2f}" for value in row[part]) for part in ("validation", "test"))


LOOKS = {
    "SGD": {"color": "#0072b2", "marker": "o"},
    "heavy ball": {"color": "#009e73", "marker": "s"},
    "Adagrad": {"color": "#7b4ea3", "marker": "^"},
    "RMSprop": {"color": "#cc4f93", "marker": "D"},
    "Adam": {"color": "#d55e00", "marker": "v"},
    "Adam, ε 0.01": {"color": "#d55e00", "marker": "v", "linestyle": "--"},
    "AdamW": {"color": "#a6761d", "marker": "P"},
}


def chart(figures: dict[str, Any]) -> Figure:
    """Final training loss and test accuracy against the rate, means of three seeds."""
    made = Figure(figsize=(9, 4.2), layout="constrained", facecolor="white")
    panels = made.subplots(1, 2)
    for axes, part in zip(panels, ("train", "test"), strict=True):
        for method, look in LOOKS.items():
            rows = [row for row in figures["rows"] if row["method"] == method and None not in row["train"]]
            axes.plot([row["lr"] for row in rows], [mean(row[part]) for row in rows], label=method, **look)
        axes.set_xscale("log")
        axes.set_xlabel("learning rate")
        axes.set_ylabel(f"final {PARTS[part]}" if part == "train" else f"{PARTS[part]}, %")
        axes.grid(color="#d9dde2", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    made.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=7, frameon=False, fontsize=9)
    made.suptitle("A small VGG on 1,000 images of CIFAR-10", x=0.01, ha="left", fontweight="bold")
    return made
