"""Source C: in Adadelta, ε acts as a learning rate, and so does Δ₀."""

from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from ravine.backends import numpy as reference
from ravine.lab.analysis import selection
from ravine.lab.analysis.entrant import Entrant, steps_to
from ravine.lab.report.comparison import Comparison
from ravine.rules import rules
from studies.verdict import Verdict, outcome, table

TITLE = "Adadelta's ε and Δ₀ act as a learning rate"
NOTES = """
Steps to the target are medians over the seeds; "not reached" counts as infinite. A setting is within 1 % of the best
when its mean validation accuracy is at least 0.99 times the highest.

Why a large ε does no harm: it stands under both roots. As it grows, √(Δ + ε)/√(s + ε) tends to 1 and Adadelta to plain
gradient descent at rate 1, which this network stands. Δ₀ stands in the numerator alone, and acts as a rate both ways.
"""
SLOWER = 3  # times as many steps


def figures(comparisons: list[Comparison]) -> dict[str, Any]:
    """For each value of ε, Δ₀ and the rate: steps to the target and accuracy; and the first step of a unit gradient."""
    (comparison,) = comparisons
    target = comparison.target or 0.0

    def of(name: str, varied: str) -> list[dict[str, Any]]:
        entrant = comparison.entrant(name)
        return [_row(trial, varied, target) for trial in entrant.trials]

    first = [{"eps": row["eps"], "first_step": _first_step(row["eps"])} for row in of("Adadelta, epsilon", "eps")]
    return {
        "target": target,
        "epsilon": of("Adadelta, epsilon", "eps"),
        "start": of("Adadelta, start", "delta0"),
        "rate": of("Adadelta, rate", "lr"),
        "sgd": of("SGD", "lr"),
        "first": first,
        "sgd_decades": _decades(comparison.entrant("SGD")),
    }


def _row(trial: selection.Trial, varied: str, target: float) -> dict[str, Any]:
    steps = median(steps_to(run, target, "accuracy") for run in trial.runs)
    return {
        varied: dict(trial.setting.hyperparameters)[varied],
        "steps": None if np.isinf(steps) else steps,
        "validation": round(trial.validation_metric, 4),
        "test": round(trial.test_metric, 4),
    }


def _decades(entrant: Entrant) -> float:
    best = selection.best(entrant.trials, "accuracy")
    return round(selection.sensitivity(selection.rate_curve(entrant.trials, best), "accuracy") or 0.0, 2)


def _first_step(eps: float) -> float:
    """The length of the rule's first step for a gradient of 1, from the rule itself."""
    settings = rules["adadelta"].settings({"eps": eps})
    equation = rules["adadelta"].equation
    theta = np.zeros(1)
    moved, _ = reference.step(equation, theta, np.ones(1), reference.start(equation, theta, settings), 1, settings)
    return float(f"{-moved[0]:.4g}")


def verdicts(figures: dict[str, Any]) -> list[Verdict]:
    """The lecture's remarks."""
    epsilon, start, rate = figures["epsilon"], figures["start"], figures["rate"]
    steps = [_steps(row) for row in epsilon]
    best = int(np.argmin(steps))
    falling = all(later <= earlier for earlier, later in pairwise(steps[: best + 1]))
    from_start = [_steps(row) for row in start]
    wide = _within(epsilon, "eps")
    formula = [abs(row["first_step"] / (row["eps"] / (0.1 + row["eps"])) ** 0.5 - 1) for row in figures["first"]]
    return [
        Verdict(
            "The first step is √ε / √((1−ρ)g² + ε) · g",
            "a formula",
            f"the rule's own first step for g = 1 differs by at most {max(formula):.1e} of it",
            outcome(max(formula) < 1e-3),
        ),
        Verdict(
            "A small ε converges slowly: up to the fastest, a larger ε needs no more steps",
            "–",
            f"ε {epsilon[0]['eps']:g}: {_words(epsilon[0])}; ε {epsilon[best]['eps']:g}: {_words(epsilon[best])}",
            outcome(falling and steps[0] >= SLOWER * steps[best]),
        ),
        Verdict(
            "As with a rate, a much larger ε is worse",
            "–",
            f"validation accuracy {max(r['validation'] for r in epsilon):.3f} at best, "
            f"{epsilon[-1]['validation']:.3f} at ε {epsilon[-1]['eps']:g}",
            outcome(epsilon[-1]["validation"] < 0.99 * max(row["validation"] for row in epsilon)),
        ),
        Verdict(
            "Another Δ₀ has the same effect: at ε 1e-10 a larger one is faster, a much larger one is worse",
            "–",
            f"Δ₀ 0: {_words(start[0])}; Δ₀ {_fastest(start)['delta0']:g}: {_words(_fastest(start))}",
            outcome(min(from_start[0], from_start[-1]) >= SLOWER * min(from_start)),
        ),
        Verdict(
            'So "learning-rate free" is half true: ε must be right too, but within more decades than SGD\'s rate',
            "–",
            f"{len(wide)} of {len(epsilon)} values of ε, one a decade, lie within 1 % of the best, "
            f"{min(wide):g} to {max(wide):g}; SGD's rate has {figures['sgd_decades']} decades",
            outcome(len(wide) - 1 > figures["sgd_decades"] and len(wide) < len(epsilon)),
        ),
        Verdict(
            "and the rate still matters: 1 is a choice, not a law",
            "–",
            "; ".join(
                f"rate {row['lr']:g}: {_words(row)}, validation accuracy {row['validation']:.3f}" for row in rate
            ),
            outcome(max(r["validation"] for r in rate) - min(r["validation"] for r in rate) > 0.01),
        ),
    ]


def _steps(row: dict[str, Any]) -> float:
    return float("inf") if row["steps"] is None else float(row["steps"])


def _words(row: dict[str, Any]) -> str:
    return "target not reached" if row["steps"] is None else f"{row['steps']:g} steps"


def _fastest(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return min(rows, key=_steps)


def _within(rows: list[dict[str, Any]], name: str) -> list[float]:
    best = max(row["validation"] for row in rows)
    return [row[name] for row in rows if row["validation"] >= 0.99 * best]


def tables(figures: dict[str, Any]) -> list[str]:
    """One table for each of what was varied."""
    target = f"to {figures['target']:.0%}"
    text = []
    for title, key, name in (
        ("ε, Δ₀ = 0, ρ = 0.9, rate 1", "epsilon", "eps"),
        ("Δ₀, ε = 1e-10", "start", "delta0"),
        ("The rate, ε = 1e-6", "rate", "lr"),
        ("SGD's rate, for comparison", "sgd", "lr"),
    ):
        rows = [(f"{r[name]:g}", _words(r), f"{r['validation']:.4f}", f"{r['test']:.4f}") for r in figures[key]]
        text += [f"### {title}", table((name, target, "validation accuracy", "test accuracy"), rows)]
    return text
