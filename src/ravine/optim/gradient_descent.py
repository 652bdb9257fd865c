"""SGD, plain, with momentum and with Nesterov's."""

from typing import ClassVar

import torch

from ravine.optim.optimizer import Group, Parameters, RuleOptimizer, options
from ravine.rules import Rule
from ravine.rules.momentum import momentum as momentum_rule
from ravine.rules.nesterov import nesterov as nesterov_rule
from ravine.rules.sgd import sgd


class SGD(RuleOptimizer):
    """`torch.optim.SGD`, in one pass: the rules sgd, momentum and nesterov.

    decoupled_weight_decay: weight decay beside the step instead of inside the gradient.
    rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"v": "momentum_buffer"}
    counts_steps = False
    takes_sparse = True

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float | torch.Tensor = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
        rounding: str | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        if isinstance(group["momentum"], float | int) and group["momentum"] == 0:
            return sgd
        return nesterov_rule if group["nesterov"] else momentum_rule
