"""What a monitor prints."""

from collections.abc import Sequence

from ravine.monitor.finding import Finding
from ravine.monitor.hooks import Hooks
from ravine.monitor.measure import loss_curve


def report(hooks: Hooks, findings: Sequence[Finding]) -> str:
    """One line on the training, then the findings, the cause first."""
    steps = f"{hooks.steps:,} steps, looked at {hooks.history.count} times"
    if not hooks.steps:
        return "Ravine's monitor has seen no step yet."
    head = f"{steps}{_losses(hooks)}."
    if not findings:
        return f"{head}\nNothing is wrong that could be seen."
    return "\n".join([head, *(f"\n{number}. {finding}" for number, finding in enumerate(findings, start=1))])


def _losses(hooks: Hooks) -> str:
    curve = loss_curve(hooks.history)
    if len(curve) < 2:
        return ""
    lately = curve.values[-min(10, len(curve)) :]
    return f"; training loss {curve.first:.4g} at first, {sum(lately) / len(lately):.4g} lately"
