"""RMSprop at a rate of 0.01 on MNIST, which stays at chance in a set of slides: does that hang on the seed?"""

from typing import Any

from ravine.lab.report.comparison import Comparison
from studies import mnist_optimizers
from studies.verdict import Verdict, outcome_of_several, span, table

TITLE = "RMSprop at 0.01 on MNIST, by the seed"
CHANCE = 20.0  # percent right below which a run has learned nothing
NOTES = """
In [mnist-optimizers](mnist-optimizers.md) one network of three stays at chance, as in the slides, from one seed each.
Here each has five seeds, the first the same; but rounding differs between versions of the lab, and where a run is this
near the edge it may decide, too. A run is at chance when it is right about less than 20 % of the test images after the
first epoch. One that has left it by then bears out no claim of *never*; one that has not might still leave it later,
though the run of that table which was at chance then was so after ten epochs.
"""


def figures(comparisons: list[Comparison]) -> dict[str, Any]:
    """By network: test accuracy in percent and validation loss after the first epoch, of every seed."""
    return {"networks": {comparison.title: _ends(comparison) for comparison in comparisons}}


def _ends(comparison: Comparison) -> dict[str, list[float]]:
    runs = sorted(comparison.entrant("RMSprop").report, key=lambda run: run.configuration.seed)
    return {
        "test": [round(100 * run.test_metric, 2) for run in runs],
        "loss": [round(run.validation_loss[-1], 4) for run in runs],
    }


def verdicts(figures: dict[str, Any]) -> list[Verdict]:
    """Whether the run of the slides is what these networks do, and whether the seed decides."""
    networks = figures["networks"]
    logged = mnist_optimizers.published()["RMSprop", 0.01][0][0]
    counts = "; ".join(f"{name}: {_stuck(ends)} of {len(ends['test'])} at chance" for name, ends in networks.items())
    return [
        Verdict(
            "RMSprop at 0.01 is at chance after the first epoch, from every seed",
            f"{100 * logged[1]:.2f} % and loss {logged[0]:.2f}, from one",
            counts,
            outcome_of_several([_stuck(ends) == len(ends["test"]) for ends in networks.values()]),
        ),
        Verdict(
            "Whether it is hangs on the seed (ours)",
            "–",
            counts,
            outcome_of_several([0 < _stuck(ends) < len(ends["test"]) for ends in networks.values()]),
        ),
    ]


def _stuck(ends: dict[str, list[float]]) -> int:
    return sum(test < CHANCE for test in ends["test"])


def tables(figures: dict[str, Any]) -> list[str]:
    """Every seed's end."""
    rows = [
        (name, ", ".join(f"{test:.2f}" for test in ends["test"]), span(ends["loss"], 3))
        for name, ends in figures["networks"].items()
    ]
    return [table(("network", "test accuracy after one epoch, percent, by seed", "validation loss"), rows)]
