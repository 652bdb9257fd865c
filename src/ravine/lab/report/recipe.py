"""The lines of PyTorch that train with what a comparison recommends."""

from typing import Any

from ravine.dialect_tables import FORMS
from ravine.dialects import convert
from ravine.lab.analysis.entrant import Summary
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.study.torch_optimizer import as_torch_optimizer
from ravine.rules import rules

WITH_MOMENTUM = {"momentum": "sgd", "rmsprop_momentum": "rmsprop"}  # rules that are another's class, with momentum


def recipe(comparison: Evidence) -> list[str]:
    """Two ways to make the leader's optimizer, torch.optim's first where it has it; and the schedule, if any."""
    leader = comparison.summaries[0]
    lines = [f"optimizer = {call}" for call in (_torch(leader), _ravine(leader)) if call]
    if len(lines) > 1:
        lines[1] += "  # the same, in one pass over memory"
    if leader.rule in rules and rules[leader.rule].equation.gradient_at is not None:
        lines.append("optimizer.train()  # and optimizer.eval() before evaluation and saving")
    if leader.schedule != "constant":
        steps = comparison.runs_of(leader.name)[0].configuration.steps
        factor = f"parse_schedule({leader.schedule!r})(t + 1, {steps})"
        scheduler = f"torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: {factor})"
        lines.append(f"schedule = {scheduler}  # schedule.step() after each optimizer.step()")
    return lines


def imports(lines: list[str]) -> list[str]:
    """What the lines need."""
    needed = ["import torch"]
    needed += ["import ravine.optim"] if any("ravine.optim" in line for line in lines) else []
    return needed + (["from ravine.schedules import parse_schedule"] if any("parse_" in line for line in lines) else [])


def _settings(leader: Summary) -> dict[str, float]:
    known = {**leader.fixed, **leader.setting}
    return {name: value for name, value in known.items() if name != "batch_size" and not name.startswith("model.")}


def _torch(leader: Summary) -> str:
    """The call of torch.optim; empty where it has no such optimizer."""
    if (known := as_torch_optimizer(leader.rule)) is not None:
        return f"{leader.rule}({_written(known.chosen(_settings(leader)))})"
    return _called(leader, "torch")


def _ravine(leader: Summary) -> str:
    """The class, under PyTorch's own name where it has one; else that of the rule."""
    if leader.rule not in rules and "+" not in leader.rule:
        return ""
    named = _called(leader, "ravine") or _called(leader, "torch").replace("torch.optim.", "ravine.optim.", 1)
    return named or f"ravine.optim.from_rule({leader.rule!r})({_written(_settings(leader))})"


def _called(leader: Summary, framework: str) -> str:
    """The call of that framework's class; empty where it has none that does the same at these settings."""
    settings, name = _settings(leader), WITH_MOMENTUM.get(leader.rule, leader.rule)
    form = FORMS[framework].get(name)
    if form is None or leader.rule not in rules:
        return ""
    beside = {own: value for own, value in settings.items() if own not in form.settings}
    if any(value != form.fixed.get(own, 0.0) for own, value in beside.items()):  # where its averages start, at 0
        return ""
    given = {form.settings[own][0]: value for own, value in settings.items() if own not in beside}
    return convert(name, framework, framework, given).code()


def _written(settings: dict[str, Any]) -> str:
    return ", ".join(["model.parameters()", *(f"{name}={value!r}" for name, value in settings.items())])
