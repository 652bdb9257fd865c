"""Lion: the sign of momentum."""

from typing import ClassVar

import torch

from ravine.optim.optimizer import Group, Parameters, RuleOptimizer, options
from ravine.rules import Rule
from ravine.rules.lion import lion


class Lion(RuleOptimizer):
    """The rule lion (Chen et al. 2023, Algorithm 2), with the paper's defaults; PyTorch has none.

    decoupled_weight_decay: True as in the paper; False for L2.
    rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"m": "exp_avg"}

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = True,
        rounding: str | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return lion
