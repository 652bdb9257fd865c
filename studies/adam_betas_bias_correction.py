"""Kingma & Ba 2015, figure 4 and section 6.4, in small."""

from statistics import mean
from typing import Any

import numpy as np

from ravine.lab.report.comparison import Comparison
from studies.verdict import Verdict, outcome, table

TITLE = "Adam's betas, and what bias correction is for"
EPOCHS = (1, 10, 100)
SAME = 1.02  # times the loss: closer than that is called equal
NOTES = """
The loss is the training loss (mean over the batches of the epoch, over the seeds), as in the paper's figure. A cell is
a pair of betas and a rate; "equal" is within 2 %. A run whose loss is no number counts as infinite.

Why the first claim fails here: averages that start at zero make the uncorrected steps larger at first, up to
(1 - β₁)/√(1 - β₂) times, and for about 1/(1 - β₂) steps. That spoils the larger rates, and helps those that are too
small for so few steps. The paper's runs were many times longer than these 3300 steps.
"""


def figures(comparisons: list[Comparison]) -> dict[str, Any]:
    """For each betas, rate and form: the mean training loss after 1, 10 and 100 epochs; None for infinite."""
    (comparison,) = comparisons
    cells: dict[tuple[float, float, float], dict[str, Any]] = {}
    for form in ("corrected", "uncorrected"):
        for trial in comparison.entrant(form).trials:
            s = dict(trial.setting.hyperparameters)
            cell = cells.setdefault(
                (s["beta1"], s["beta2"], s["lr"]), {"beta1": s["beta1"], "beta2": s["beta2"], "lr": s["lr"]}
            )
            losses = [mean(run.train_loss[epoch] for run in trial.runs) for epoch in EPOCHS]
            cell[form] = [float(f"{loss:.4g}") if np.isfinite(loss) else None for loss in losses]
    return {"epochs": list(EPOCHS), "cells": list(cells.values())}


def verdicts(figures: dict[str, Any]) -> list[Verdict]:
    """What section 6.4 says of the figure."""
    cells = figures["cells"]
    best = {epoch: min(cells, key=lambda cell, k=k: _loss(cell, "corrected", k)) for k, epoch in enumerate(EPOCHS)}
    worse = [
        cell
        for cell in cells
        if any(_loss(cell, "corrected", k) > SAME * _loss(cell, "uncorrected", k) for k in (1, 2))
    ]
    above = {form: [_above_start(cells, form, beta2) for beta2 in BETAS] for form in ("corrected", "uncorrected")}
    return [
        Verdict(
            "Adam is equal to or better than the same rule without correction (RMSprop with momentum) at every setting",
            "a figure of curves",
            f"in {len(cells) - len(worse)} of {len(cells)} cells, after 10 and after 100 epochs"
            + (f"; not where {_where(worse)}" if worse else ""),
            outcome(not worse),
        ),
        Verdict(
            "Without correction a β₂ close to 1 leads to instability, worst in the first epochs",
            "a figure of curves",
            "after one epoch the loss stands above its start in "
            + ", ".join(
                f"{n} of {_count(cells, b)} cells at β₂ {b:g}" for n, b in zip(above["uncorrected"], BETAS, strict=True)
            )
            + f"; with correction in {sum(above['corrected'])}",
            outcome(above["uncorrected"][0] < above["uncorrected"][-1] and sum(above["corrected"]) == 0),
        ),
        Verdict(
            "The best results come with bias correction",
            "a figure of curves",
            "; ".join(
                f"epoch {epoch}: {_loss(best[epoch], 'corrected', k):.3g} with, "
                f"{min(_loss(cell, 'uncorrected', k) for cell in cells):.3g} without"
                for k, epoch in enumerate(EPOCHS)
                if k
            ),
            outcome(
                all(
                    _loss(best[epoch], "corrected", k) <= SAME * min(_loss(cell, "uncorrected", k) for cell in cells)
                    for k, epoch in enumerate(EPOCHS)
                    if k
                )
            ),
        ),
        Verdict(
            "With correction, momentum (β₁ 0.9 rather than 0) does no harm at any β₂, each at its best rate",
            "a figure of curves",
            "; ".join(f"β₂ {b:g}: {_best(cells, 0.9, b):.3g} against {_best(cells, 0.0, b):.3g}" for b in BETAS),
            outcome(all(_best(cells, 0.9, b) <= SAME * _best(cells, 0.0, b) for b in BETAS)),
        ),
    ]


BETAS = (0.99, 0.999, 0.9999)


def _loss(cell: dict[str, Any], form: str, k: int) -> float:
    return float("inf") if cell[form][k] is None else float(cell[form][k])


def _above_start(cells: list[dict[str, Any]], form: str, beta2: float) -> int:
    """In how many cells the loss after one epoch is higher than at the smallest rate, which has hardly moved."""
    start = SAME * max(_loss(cell, form, 0) for cell in cells if cell["lr"] == min(c["lr"] for c in cells))
    return sum(cell["beta2"] == beta2 and _loss(cell, form, 0) > start for cell in cells)


def _count(cells: list[dict[str, Any]], beta2: float) -> int:
    return sum(cell["beta2"] == beta2 for cell in cells)


def _best(cells: list[dict[str, Any]], beta1: float, beta2: float) -> float:
    """The lowest corrected loss after ten epochs over the rates."""
    return min(_loss(c, "corrected", 1) for c in cells if (c["beta1"], c["beta2"]) == (beta1, beta2))


def _where(cells: list[dict[str, Any]]) -> str:
    rates = sorted({cell["lr"] for cell in cells})
    return f"the rate is {', '.join(f'{rate:g}' for rate in rates)}"


def tables(figures: dict[str, Any]) -> list[str]:
    """One table for each pair of betas: corrected / uncorrected."""
    text = []
    pairs = sorted({(cell["beta1"], cell["beta2"]) for cell in figures["cells"]})
    for beta1, beta2 in pairs:
        rows = [
            (
                f"{c['lr']:g}",
                *(f"{_words(c, 'corrected', k)} / {_words(c, 'uncorrected', k)}" for k in range(len(EPOCHS))),
            )
            for c in figures["cells"]
            if (c["beta1"], c["beta2"]) == (beta1, beta2)
        ]
        heads = ("rate", *(f"after epoch {epoch}" for epoch in EPOCHS))
        text += [f"### β₁ {beta1:g}, β₂ {beta2:g}: training loss, corrected / not", table(heads, rows)]
    return text


def _words(cell: dict[str, Any], form: str, k: int) -> str:
    return "∞" if cell[form][k] is None else f"{cell[form][k]:.3g}"
