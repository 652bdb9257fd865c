"""Signum: the sign of an average of gradients."""

from typing import Any, ClassVar

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.signum import signum


class Signum(RuleOptimizer):
    """The sign of an average of gradients, in one pass (rule signum); with momentum=0 it is signSGD.

    Source: Bernstein et al. 2018, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    momentum: decay of the average of gradients (0.9).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: True, lr·λ beside the step, "scheduled" or "cautious_decay"; False: L2 (True).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0;
    ValueError otherwise. State has the parameter's shape: "step" (a number) and "momentum_buffer".
    """

    state_names: ClassVar = {"m": "momentum_buffer"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        momentum: Number = 0.9,
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
        return signum

    def setting(self, group: Group, name: str, default: float | None) -> Any:
        return group["momentum"] if name == "beta" else super().setting(group, name, default)
