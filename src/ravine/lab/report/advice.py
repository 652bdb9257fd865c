"""What a reader of a comparison does next: train longer or stop earlier, widen a range, add seeds."""

from ravine.lab.analysis.entrant import Summary
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.analysis.selection import sign
from ravine.lab.metric import as_metric
from ravine.lab.report import phrases
from ravine.lab.store.run import Run

EARLY = 0.8  # of the budget: a best look before that was no accident of the end
ENOUGH_SEEDS = 10


def course(comparison: Evidence) -> list[str]:
    """How the leader's validation metric ends: still improving, or past its best; and both figures on test data."""
    leader = comparison.summaries[0]
    steps = comparison.runs_of(leader.name)[0].configuration.steps
    both = _both(leader, comparison)
    if _still_improves(comparison):
        return ["On validation data it was still improving when the budget ended."]
    if leader.best_step == 0:
        return ["On validation data no look was better than the network before training."]
    if leader.best_step < EARLY * steps and both:
        past = f"Its best look on validation data was in the median after step {leader.best_step:g} of {steps}"
        return [f"{past}; what came after did not help: {both}."]
    return []


def _still_improves(comparison: Evidence) -> bool:
    """Whether most of the leader's runs end better than they had been until late: 100% that stays 100% does not."""
    ends = sign(comparison.metric)

    def improves(run: Run) -> bool:
        until = EARLY * run.configuration.steps
        before = [ends * value for look, value in zip(run.looks, run.validation_metric, strict=True) if look <= until]
        return ends * run.validation_metric[-1] > max(before)

    runs = comparison.runs_of(comparison.summaries[0].name)
    return sum(map(improves, runs)) > len(runs) / 2


def _both(leader: Summary, comparison: Evidence) -> str:
    if leader.test_at_best is None:
        return ""
    last, best = (phrases.value(value, comparison.metric) for value in (leader.test_at_last, leader.test_at_best))
    ends = f"test {comparison.metric} {best} then, {last} after the last step"
    counts = "the best look counts here" if comparison.judge == "best" else "the last step counts here"
    return f"{ends} ({counts})"


def next_steps(comparison: Evidence) -> list[str]:
    """What would tell more, the most useful first: commands of the same names in a study, and as options."""
    leader = comparison.summaries[0]
    steps = comparison.runs_of(leader.name)[0].configuration.steps
    level = [name for name, standing in comparison.standings.items() if standing.verdict != "behind"]
    advice = []
    ends = {name: end for name, end in leader.borders.items() if end != "only"}
    if ends:
        beyond = " and ".join(
            f"{name} {'below' if end == 'lowest' else 'above'} {phrases.number(leader.setting[name])}"
            for name, end in ends.items()
        )
        advice.append(f"try {beyond}")
    if _still_improves(comparison):
        advice.append(f"train longer (--epochs {max(2 * round(comparison.epochs), 2)})")
    elif 0 < leader.best_step < EARLY * steps and comparison.judge == "last" and leader.test_at_best is not None:
        gain = sign(comparison.metric) * (leader.test_at_best - leader.test_at_last)
        advice.append("judge at the best look (--judge best)" if gain > 0 else "train shorter, or regularise")
    if level and leader.seeds < ENOUGH_SEEDS:
        advice.append(f"judge with more seeds (--seeds {max(2 * leader.seeds, 5)})")
    elif level and as_metric(comparison.metric).share and _examples_decide(comparison):
        advice.append(f"get more test examples than {comparison.test_examples}: they limit what can be told apart")
    return [f"Next: {phrases.listed(advice)}."] if advice else []


def _examples_decide(comparison: Evidence) -> bool:
    leader = comparison.summaries[0]
    share = leader.test_metric * (1 - leader.test_metric) / comparison.test_examples
    return leader.seed_deviation is None or share > leader.seed_deviation**2 / leader.seeds
