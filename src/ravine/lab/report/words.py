"""A comparison in words: its table, and a recommendation that a student understands."""

import numpy as np

from ravine.lab.analysis.entrant import Summary
from ravine.lab.analysis.evidence import Evidence, Verdict
from ravine.lab.analysis.selection import sign
from ravine.lab.metric import ACCURACY, LOSS, as_metric
from ravine.lab.report import advice, phrases
from ravine.lab.report.self_check import self_check

SENTENCES: dict[Verdict, str] = {
    "behind": "On test data it beats {}, seed for seed (paired tests, Holm's correction, 5%).",
    "ahead": "But {} did better on test data, seed for seed: take the choice with care.",
    "level": "The evidence does not separate it from {}: any of them may be the better one.",
}
FEW_SEEDS = 5
FEW_EXAMPLES = 100


def table(comparison: Evidence) -> list[dict[str, str]]:
    """One row for each entrant, the leader first, by the title of the column."""
    rows = []
    for summary in comparison.summaries:
        standing = comparison.standings.get(summary.name)
        row = {
            "optimizer": summary.name,
            "best setting": setting(summary),
            f"test {comparison.metric}": phrases.value(summary.test_metric, comparison.metric),
            "95% bootstrap interval": phrases.interval(*summary.test_interval, comparison.metric),
        }
        if comparison.target is not None and summary.steps_to_target is not None:
            row |= {
                f"steps to {phrases.goal(comparison.target, comparison.metric)}": phrases.steps(
                    summary.steps_to_target
                ),
                "seconds": phrases.seconds(summary.seconds_to_target),
            }
        row |= {
            "diverged": f"{summary.diverged:.0%}",
            "decades": "–" if summary.sensitivity is None else f"{summary.sensitivity:.1f}",
            "p": "leads" if standing is None else phrases.probability(standing.p),
        }
        rows.append(row)
    return rows


def recommendation(comparison: Evidence) -> list[str]:
    """Which optimizer to use and at which setting, the evidence, and where the evidence ends: sentences."""
    leader = comparison.summaries[0]
    if all(run.diverged for run in comparison.runs):
        return ["Every run diverged: try lower rates."]
    test = phrases.value(leader.test_metric, comparison.metric)
    low_to_high = phrases.interval(*leader.test_interval, comparison.metric)
    said = _came_to(comparison, test)
    named = f"{leader.name} with {setting(leader, borders=False)}"
    level = not_separated(comparison)
    if not level:
        begun = f"Use {named}: it"
    elif len(level) < len(comparison.standings):
        begun = f"{named} is among the best: it"
    else:
        begun = f"No optimizer is clearly ahead: {named}"
    over = phrases.count(leader.seeds, "seed")
    if as_metric(comparison.metric).share:
        over += f" and {phrases.count(comparison.test_examples, 'test example')}"
    within = f" (95% interval {low_to_high} over {over})" if low_to_high != "–" else ""
    text = [f"{begun} did best on validation data, and came to {said}{within}."]
    text += _baseline(comparison)
    text += _failures(comparison)
    text += _speed(comparison)
    text += advice.course(comparison)
    if len(comparison.summaries) > 1:
        text += _evidence(comparison, leader.seeds)
    if edge := [
        f"{summary.name} ({', '.join(f'{end} {name}' for name, end in summary.borders.items())})"
        for summary in comparison.summaries
        if summary.borders
    ]:
        text.append(f"A better setting may lie outside the range that was tried of {phrases.listed(edge)}.")
    check = self_check(comparison)
    if check.passed is False:
        text.append(check.sentence)
    return text + advice.next_steps(comparison)


def _came_to(comparison: Evidence, test: str) -> str:
    if comparison.metric == ACCURACY:
        return f"{test} right on test data"
    said = f"a loss of {test}" if comparison.metric == LOSS else f"{comparison.metric} {test}"
    return f"{said} on test data"


def not_separated(comparison: Evidence) -> list[str]:
    """The others that the leader does not beat on test data."""
    return [name for name, standing in comparison.standings.items() if standing.verdict != "behind"]


def _baseline(comparison: Evidence) -> list[str]:
    if comparison.baseline is None:
        return []
    answer, metric = comparison.baseline
    leader = comparison.summaries[0]
    value = phrases.value(metric, comparison.metric)
    better = sign(comparison.metric) * (leader.test_metric - metric) > 0
    doubt = "" if better else ": it has learned nothing that shows there"
    return [f"Without a network, {answer} comes to {value}{doubt}."]


def _failures(comparison: Evidence) -> list[str]:
    if not comparison.failures:
        return []
    name, run = comparison.failures[0]
    settings = ", ".join(f"{key} {number:.3g}" for key, number in run.configuration.hyperparameters)
    of = phrases.count(len(comparison.runs), "run")
    how_many = f"{len(comparison.failures)} of {of} failed and count as diverged"
    return [f"{how_many}, the first {name} with {settings}, seed {run.configuration.seed}: {run.failed}."]


def _speed(comparison: Evidence) -> list[str]:
    leader, *others = comparison.summaries
    if comparison.target is None or leader.steps_to_target is None:
        return []
    target = phrases.goal(comparison.target, comparison.metric)
    if leader.steps_to_target == np.inf:
        return [f"Its median run did not reach {target} on validation data: train longer or try other settings."]
    theirs = sorted({float(other.steps_to_target or 0) for other in others})
    ends = [phrases.steps(end) for end in dict.fromkeys((theirs[0], theirs[-1]))] if theirs else []
    than = f", the {'others' if len(others) > 1 else 'other'} {' to '.join(ends)}" if ends else ""
    taken = phrases.steps(leader.steps_to_target)
    return [f"In the median it takes {taken} steps to {target} on validation data{than}."]


def _evidence(comparison: Evidence, seeds: int) -> list[str]:
    if seeds == 1:
        return ["One seed cannot tell a better optimizer from a lucky one: use more."]
    of = {verdict: [n for n, s in comparison.standings.items() if s.verdict == verdict] for verdict in SENTENCES}
    text = [sentence.format(phrases.listed(of[verdict])) for verdict, sentence in SENTENCES.items() if of[verdict]]
    if higher := _higher(comparison):
        text.append(f"Of these, {phrases.listed(higher)} had the higher test mean.")
    if seeds < FEW_SEEDS:
        text.append(f"{seeds} seeds are few: the intervals are rough.")
    if as_metric(comparison.metric).share and comparison.test_examples < FEW_EXAMPLES:
        point = f"{100 / comparison.test_examples:.2g}"
        text.append(f"{comparison.test_examples} test examples are few: one of them is {point} points.")
    return text


def _higher(comparison: Evidence) -> list[str]:
    """Those that the evidence does not separate from the leader, and whose mean on test data is better than its."""
    turn = sign(comparison.metric)
    leader, *others = comparison.summaries
    level = not_separated(comparison)
    return [s.name for s in others if s.name in level and turn * s.test_metric > turn * leader.test_metric]


def setting(summary: Summary, borders: bool = True) -> str:
    """What was chosen: "lr 0.1 (lowest tried), cosine"; several hyperparameters with commas, then the schedule."""
    parts = [
        f"{name} {phrases.number(number)}"
        + (f" ({summary.borders[name]} tried)" if borders and name in summary.borders else "")
        for name, number in summary.setting.items()
    ]
    scheduled = [] if summary.schedule == "constant" else [summary.schedule]
    return ", ".join([*(parts or ["its only setting"]), *scheduled])
