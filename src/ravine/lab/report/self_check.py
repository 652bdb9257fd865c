"""A warning of the comparison about itself: tuned momentum against tuned SGD."""

from dataclasses import dataclass

import numpy as np

from ravine.lab.analysis.entrant import Entrant
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.metric import as_metric
from ravine.lab.report import phrases


@dataclass(frozen=True)
class SelfCheck:
    """A hint, no proof, that the search was good enough: tuned momentum should not be shown to be worse than tuned SGD.

    At (1 - momentum) times SGD's rate it takes, once it is up to speed, nearly the steps of SGD. So where it is behind,
    its rates do not reach that low, or the budget is too short for it.

    passed: None where one of the two is missing. sentence: the outcome in words.
    """

    passed: bool | None
    sentence: str


def self_check(evidence: Evidence) -> SelfCheck:
    """Momentum against SGD, each at its chosen setting, over the seeds that report."""
    by_rule = {summary.rule: summary.name for summary in reversed(evidence.summaries)}
    if absent := [rule for rule in ("momentum", "sgd") if rule not in by_rule]:
        return SelfCheck(None, f"Not made: {phrases.listed(absent)} did not take part.")
    low, high = evidence.difference(by_rule["momentum"], by_rule["sgd"])
    if np.isinf(low):
        return SelfCheck(None, "Not made: it needs more than one seed, and finite losses.")
    gap = phrases.gap(low, high, evidence.metric) + (" points" if as_metric(evidence.metric).share else "")
    if high >= 0:
        return SelfCheck(
            True,
            f"No warning: tuned momentum is not shown to be worse than tuned SGD ({gap} better, 95% interval).",
        )
    momentum, sgd = (evidence.entrant(by_rule[rule]) for rule in ("momentum", "sgd"))
    return SelfCheck(
        False,
        f"A warning: momentum did worse than SGD ({gap} better, 95% interval). "
        + _why_behind(momentum, sgd, evidence.metric),
    )


def _why_behind(momentum: Entrant, sgd: Entrant, metric: str) -> str:
    chosen = momentum.chosen(metric).setting
    rate = sgd.chosen(metric).lr
    alike = (1 - dict(chosen.hyperparameters).get("momentum", 0)) * rate
    lowest = min(trial.lr for trial in momentum.tried)
    near = f"At lr {alike:.3g} it takes, once up to speed, nearly the steps that SGD takes at lr {rate:.3g}"
    if lowest > 1.01 * alike:
        return f"{near}, and its rates begin at {lowest:.3g}: widen them before trusting the rest."
    return f"{near}, and its rates reach that low, so the budget may be too short for it to get there."
