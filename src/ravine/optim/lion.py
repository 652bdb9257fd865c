"""Lion: the sign of momentum."""

from typing import ClassVar

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.lion import lion


class Lion(RuleOptimizer):
    """The sign of momentum, in one pass (rule lion), with the paper's defaults; PyTorch has none.

    Source: Chen et al. 2023, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-4).
    betas: how much of the average the step is made of, and the average's own decay (0.9, 0.99).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: True, as in the paper, "scheduled" or "cautious_decay"; False: L2 (True).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" (a number) and "exp_avg".
    """

    state_names: ClassVar = {"m": "exp_avg"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-4,
        betas: Betas = (0.9, 0.99),
        weight_decay: Number = 0,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: Decoupled = True,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return lion
