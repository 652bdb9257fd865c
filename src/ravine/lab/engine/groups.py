"""The optimizer of one network, with the groups and the factors of the rate that its problem wants."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn
from torch.optim import Optimizer

from ravine.errors import RavineError
from ravine.lab.engine.failure import TrainingError
from ravine.lab.problems.own.fresh import fresh_network
from ravine.lab.problems.problem import Problem
from ravine.lab.store.configuration import Configuration
from ravine.lab.study.torch_optimizer import Method
from ravine.optim import from_rule
from ravine.rules import Rule
from ravine.schedules import parse_schedule

FACTORS = ("lr", "weight_decay")  # of the optimizer's own, in a group


def optimizer_of(module: nn.Module, problem: Problem, configuration: Configuration, rule: Method) -> Optimizer:
    """It moves the parameters of the problem's groups, or all that need a gradient."""
    settings: dict[str, Any] = dict(configuration.hyperparameters)

    def build(parameters: Any, **options: Any) -> Optimizer:
        made = from_rule(rule) if isinstance(rule, Rule) else rule.build
        try:
            return made(parameters, **options)
        except Exception as error:  # it may be the user's class, and need not like these parameters
            raise TrainingError(_refused(problem.name, rule, module, error)) from error

    if problem.loop.parameters is None:
        return build([parameter for parameter in module.parameters() if parameter.requires_grad], **settings)
    groups = [_scaled(problem, group, settings) for group in problem.loop.parameters(module)]
    moved = {id(parameter) for group in groups for parameter in group["params"]}
    for parameter in module.parameters():
        parameter.requires_grad_(id(parameter) in moved)
    return build(groups, **settings)


def check_optimizer(problem: Problem, configuration: Configuration, rule: Method) -> None:
    """RavineError where the optimizer refuses the parameters of this network."""
    problem = problem.with_arguments(dict(configuration.arguments))
    optimizer_of(fresh_network(problem.model, configuration.seed), problem, configuration, rule)


def _refused(problem: str, rule: Method, module: nn.Module, error: Exception) -> str:
    """What an optimizer says to the parameters of a network, in a line; of matrices alone, also what to do."""
    message = (str(error).strip() or "no message").splitlines()[0].rstrip(".")
    line = f"{problem}: {rule.name} refuses the network's parameters: {type(error).__name__}: {message}"
    if rule.name != "torch.optim.Muon" or all(parameter.dim() == 2 for parameter in module.parameters()):
        return line
    return (
        f"{line}. It takes matrices alone, not biases, norms or convolutions: compare the class ravine.optim.Muon, "
        "which gives those to AdamW, or name the matrices in parameters(model), which freezes the rest"
    )


def factors(problem: Problem, schedule: str, steps: int) -> NDArray[np.float64] | None:
    """(steps,): what the rate is multiplied by at each step; None where it is constant."""
    found = parse_schedule(schedule).factors(steps) if schedule != "constant" else None
    if (own := problem.loop.schedule) is None:
        return found
    mine = np.array([own(t, steps) for t in range(1, steps + 1)], dtype=np.float64)
    return mine if found is None else mine * found


def _scaled(problem: Problem, group: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """A group as the optimizer wants it: its factors multiplied out, its parameters without their names."""
    if not isinstance(group, dict) or "params" not in group:
        raise RavineError(f"{problem.name}: parameters must give groups, each a dict with 'params' and its options")
    made = {name: value for name, value in group.items() if name not in FACTORS}
    made["params"] = [one[1] if isinstance(one, tuple) else one for one in _several(group["params"])]
    return {**made, **{name: settings[name] * group[name] for name in FACTORS if name in group and name in settings}}


def _several(params: Any) -> list[Any]:
    return [params] if isinstance(params, nn.Parameter) else list(params)
