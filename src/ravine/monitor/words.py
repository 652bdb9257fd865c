"""What a monitor prints."""

from collections.abc import Sequence

from ravine.monitor.finding import Finding
from ravine.monitor.hooks import Hooks
from ravine.monitor.measure import loss_curve
from ravine.monitor.series import mean

SOUND = "Nothing is wrong that could be seen."
LATELY = 10  # steps whose mean loss is told


def report(hooks: Hooks, findings: Sequence[Finding]) -> str:
    """One line on the training, then the findings, the cause first."""
    if not hooks.steps:
        asks = f", of {hooks.passes:,} passes: does the loop step another optimizer, or one that it makes anew?"
        return f"Ravine's monitor has seen no step yet{asks if hooks.passes > 1 else '.'}"
    said = [headline(hooks)] if findings else [f"{headline(hooks)}\n{SOUND}"]
    return "\n".join([*said, *(f"\n{number}. {finding}" for number, finding in enumerate(findings, start=1))])


def headline(hooks: Hooks) -> str:
    """How long the training was watched, and what became of the loss."""
    looks = f"{hooks.steps:,} steps, looked at {hooks.history.count} times"
    curve = loss_curve(hooks.history)
    if len(curve) < 2:
        return f"{looks}."
    return f"{looks}; training loss {curve.first:.4g} at first, {mean(curve.values[-LATELY:]):.4g} lately."
