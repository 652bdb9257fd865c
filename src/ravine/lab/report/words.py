"""A comparison in words: its table, and a recommendation that a student understands."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ravine.lab.analysis.entrant import Summary
    from ravine.lab.report.comparison import Comparison, Verdict

SENTENCES: "dict[Verdict, str]" = {
    "behind": "On test data it beats {}, seed for seed (paired tests, Holm's correction, 5%).",
    "ahead": "But {} did better on test data, seed for seed: take the choice with care.",
    "level": "The evidence does not separate it from {}: any of them may be the better one.",
}
FEW_SEEDS = 5


def table(comparison: "Comparison") -> list[dict[str, str]]:
    """One row for each entrant, the leader first, by the title of the column."""
    rows = []
    for summary in comparison.summaries:
        standing = comparison.standings.get(summary.name)
        row = {
            "optimizer": summary.name,
            "best setting": setting(summary),
            f"test {comparison.metric}": value(summary.test_metric, comparison.metric),
            "95% bootstrap interval": interval(*summary.test_interval, comparison.metric),
        }
        if comparison.target is not None and summary.steps_to_target is not None:
            row |= {
                f"steps to {goal(comparison.target, comparison.metric)}": steps(summary.steps_to_target),
                "seconds": seconds(summary.seconds_to_target),
            }
        row |= {
            "diverged": f"{summary.diverged:.0%}",
            "decades": "–" if summary.sensitivity is None else f"{summary.sensitivity:.1f}",
            "p": "leads" if standing is None else probability(standing.p),
        }
        rows.append(row)
    return rows


def recommendation(comparison: "Comparison") -> list[str]:
    """Which optimizer to use and at which setting, the evidence, and where the evidence ends: sentences."""
    leader = comparison.summaries[0]
    if all(run.diverged for run in comparison.runs):
        return ["Every run diverged: try lower rates."]
    test = value(leader.test_metric, comparison.metric)
    low_to_high = interval(*leader.test_interval, comparison.metric)
    said = f"{test} right on test data" if comparison.metric == "accuracy" else f"a loss of {test} on test data"
    named = f"{leader.name} with {setting(leader, borders=False)}"
    level = not_separated(comparison)
    if not level:
        begun = f"Use {named}: it"
    elif len(level) < len(comparison.standings):
        begun = f"{named} is among the best: it"
    else:
        begun = f"No optimizer is clearly ahead: {named}"
    within = f" (95% interval {low_to_high} over {count(leader.seeds, 'seed')})" if low_to_high != "–" else ""
    text = [f"{begun} did best on validation data, and came to {said}{within}."]
    text += _speed(comparison)
    if len(comparison.summaries) > 1:
        text += _evidence(comparison, leader.seeds)
    if edge := [
        f"{summary.name} ({', '.join(f'{end} {name}' for name, end in summary.borders.items())})"
        for summary in comparison.summaries
        if summary.borders
    ]:
        text.append(f"A better setting may lie outside the range that was tried of {listed(edge)}.")
    if comparison.self_check.passed is False:
        text.append(comparison.self_check.sentence)
    return text


def not_separated(comparison: "Comparison") -> list[str]:
    """The others that the leader does not beat on test data."""
    return [name for name, standing in comparison.standings.items() if standing.verdict != "behind"]


def _speed(comparison: "Comparison") -> list[str]:
    leader, *others = comparison.summaries
    if comparison.target is None or leader.steps_to_target is None:
        return []
    target = goal(comparison.target, comparison.metric)
    if leader.steps_to_target == np.inf:
        return [f"Its median run did not reach {target} on validation data: train longer or try other settings."]
    theirs = sorted({float(other.steps_to_target or 0) for other in others})
    span = steps(theirs[0]) if len(theirs) == 1 else f"{steps(theirs[0])} to {steps(theirs[-1])}" if theirs else ""
    than = f", the {'others' if len(others) > 1 else 'other'} {span}" if theirs else ""
    return [f"In the median it takes {steps(leader.steps_to_target)} steps to {target} on validation data{than}."]


def _evidence(comparison: "Comparison", seeds: int) -> list[str]:
    if seeds == 1:
        return ["One seed cannot tell a better optimizer from a lucky one: use more."]
    of = {verdict: [n for n, s in comparison.standings.items() if s.verdict == verdict] for verdict in SENTENCES}
    text = [sentence.format(listed(of[verdict])) for verdict, sentence in SENTENCES.items() if of[verdict]]
    if seeds < FEW_SEEDS:
        text.append(f"{seeds} seeds are few: the intervals are rough.")
    return text


def setting(summary: "Summary", borders: bool = True) -> str:
    """What was chosen: "lr 0.1 (lowest tried), cosine"; several hyperparameters with commas, then the schedule."""
    parts = [
        f"{name} {number:.3g}" + (f" ({summary.borders[name]} tried)" if borders and name in summary.borders else "")
        for name, number in summary.setting.items()
    ]
    scheduled = [] if summary.schedule == "constant" else [summary.schedule]
    return ", ".join([*(parts or ["its only setting"]), *scheduled])


def value(of: float, metric: str, digits: int = 1) -> str:
    """An accuracy in percent with so many digits after the point, a loss with four significant ones."""
    return f"{100 * of:.{digits}f}%" if metric == "accuracy" else f"{of:.4g}"


def goal(target: float, metric: str) -> str:
    """A target as it was given, with every digit: 97.5% for 0.975."""
    return f"{100 * target:g}%" if metric == "accuracy" else f"{target:g}"


def interval(low: float, high: float, metric: str, digits: int = 1) -> str:
    """Its two ends, with the unit once; a dash for one that says nothing."""
    if not np.isfinite((low, high)).all():
        return "–"
    return f"{value(low, metric, digits).removesuffix('%')} to {value(high, metric, digits)}"


def gap(low: float, high: float, metric: str) -> str:
    """The two ends of an interval of differences, signed; of accuracies in points of a hundred."""
    if not np.isfinite((low, high)).all():
        return "–"
    ends = (f"{100 * end:+.2f}" if metric == "accuracy" else f"{end:+.3g}" for end in (low, high))
    return " to ".join(ends).replace("-", "−")


def steps(of: float) -> str:
    """A count of steps, or that it was not reached."""
    return "not reached" if of == np.inf else f"{of:g}"


def seconds(of: float | None) -> str:
    """Seconds with two significant digits."""
    return "–" if of is None or of == np.inf else f"{of:.2g}" if of < 10 else f"{of:.0f}"


def probability(p: float) -> str:
    """A p-value; what is below a thousandth is not told apart."""
    return "<0.001" if p < 1e-3 else f"{p:.2g}"


def epochs(of: float) -> str:
    """Passes over the training data, which may be less than one."""
    return f"{of:.3g} epoch" if of == 1 else f"{of:.3g} epochs"


def count(n: int, noun: str) -> str:
    """A number with its noun."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def listed(names: Sequence[str]) -> str:
    """The names in a sentence: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
