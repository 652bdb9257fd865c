"""The rows of a stack that one rule moves, each with hyperparameters of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ravine.backends.torch import split
from ravine.lab.engine.groups import factors
from ravine.lab.problems.problem import Problem
from ravine.optim import from_rule
from ravine.rules import Rule


class Rows:
    """K networks of a stack, moved together by the fused kernel of `rule`.

    theta, gradient: (K, P), views into the stack's; theta is changed in place.
    settings: all hyperparameters of each row. schedules: of the learning rate of each row. steps: the budget.
    problem: whose own schedule multiplies the rate too.
    """

    def __init__(
        self,
        rule: Rule,
        theta: Tensor,
        gradient: Tensor,
        settings: Sequence[Mapping[str, float]],
        schedules: Sequence[str],
        steps: int,
        problem: Problem,
    ):
        self.rule, self.settings, self.schedules, self.steps = rule, list(settings), list(schedules), steps
        self.problem = problem
        self.theta = theta
        theta.grad = gradient
        columns: dict[str, Any] = {
            name: self._column([row[name] for row in self.settings]) for name in self.settings[0]
        }
        self.optimizer = from_rule(rule)([theta], **columns)
        found = {text: factors(problem, text, steps) for text in {*schedules}}
        self.factors = {text: of for text, of in found.items() if of is not None}
        # The optimizer's own start of a state is one number for all rows.
        for name, first in rule.equation.state.items():
            if isinstance(first, str) and first != "theta":
                whole = name in split(rule.equation).step_state
                start = columns[first] if whole else torch.zeros_like(theta) + columns[first].to(theta)[:, None]
                self.optimizer.state[theta][name] = start

    def step(self, t: int) -> None:
        """Moves theta along its gradient, as step t = 1, 2, …"""
        if self.factors:
            now = {text: float(factors[t - 1]) for text, factors in self.factors.items()}
            pairs = zip(self.settings, self.schedules, strict=True)
            rates = [settings["lr"] * now.get(schedule, 1.0) for settings, schedule in pairs]
            self.optimizer.param_groups[0]["lr"] = self._column(rates)
        self.optimizer.step()

    def keep(self, rows: Sequence[int], theta: Tensor, gradient: Tensor) -> "Rows":
        """These rows alone, whose parameters and gradients now stand in `theta` and `gradient`."""
        settings, schedules = [self.settings[row] for row in rows], [self.schedules[row] for row in rows]
        left = Rows(self.rule, theta, gradient, settings, schedules, self.steps, self.problem)
        for name, value in self.optimizer.state[self.theta].items():
            left.optimizer.state[theta][name] = value[list(rows)] if value.dim() else value  # but the counter
        return left

    def _column(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float64, device=self.theta.device)
