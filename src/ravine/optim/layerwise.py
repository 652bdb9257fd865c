"""LAMB, LARS and StableAdamW: the rate of each tensor goes by a norm of it, of its gradient or of its update."""

from typing import ClassVar

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Group, Number, Parameters, options
from ravine.rules import Rule
from ravine.rules.lamb import lamb
from ravine.rules.lars import lars
from ravine.rules.stableadamw import stableadamw


class Lamb(RuleOptimizer):
    """Adam's step, made as long as a share lr of each tensor (rule lamb).

    Source: You et al. 2020, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the averages of the gradient and of its square (0.9, 0.999).
    eps: keeps the division finite (1e-6).
    weight_decay: pull towards zero, within the update whose norm is taken (0.01).
    maximize: climb instead of descend (False).
    foreach, fused: accepted as by PyTorch; the path is the same (None).
    differentiable: let autograd go through the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).

    Norms, clipping and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape: "step" (a number), "exp_avg" and "exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-6,
        weight_decay: Number = 0.01,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        fused: bool | None = None,
        differentiable: bool = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return lamb


class Lars(RuleOptimizer):
    """Momentum whose gradients are made as long as a share of each tensor (rule lars).

    Source: You, Gitman & Ginsburg 2017, Algorithm 1.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (0.1).
    weight_decay: pull towards zero, within the gradient whose norm is taken (0).
    momentum: share of the velocity that is kept (0.9).
    trust_coefficient: share of a tensor's norm that its gradient is made as long as, before lr (1e-3).
    maximize: climb instead of descend (False).
    foreach, fused: accepted as by PyTorch; the path is the same (None).
    differentiable: let autograd go through the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).

    Norms, clipping and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0; ValueError otherwise.
    State has the parameter's shape: "step" (a number) and "momentum_buffer".
    """

    state_names: ClassVar = {"v": "momentum_buffer"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 0.1,
        weight_decay: Number = 0,
        momentum: Number = 0.9,
        trust_coefficient: Number = 1e-3,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        fused: bool | None = None,
        differentiable: bool = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return lars


class StableAdamW(RuleOptimizer):
    """AdamW that steps shorter where the second moment lags behind the gradients (rule stableadamw).

    Source: Wortsman et al. 2023, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the averages of the gradient and of its square (0.9, 0.99).
    weight_decay: pull towards zero, of λ times the clipped rate (0.01).
    eps: keeps the division finite (1e-8).
    maximize: climb instead of descend (False).
    foreach, fused: accepted as by PyTorch; the path is the same (None).
    differentiable: let autograd go through the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).

    Norms, clipping and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape: "step" (a number), "exp_avg" and "exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: Betas = (0.9, 0.99),
        weight_decay: Number = 0.01,
        eps: Number = 1e-8,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        fused: bool | None = None,
        differentiable: bool = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return stableadamw
