"""Adan and AdEMAMix: three averages, and a beta for each."""

from typing import Any, ClassVar

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Decoupled, Group, Number, Parameters, Rounding, ThreeBetas, options
from ravine.rules import Rule
from ravine.rules.adan import adan
from ravine.rules.ademamix import ademamix


class ThreeAverages(RuleOptimizer):
    """An optimizer whose `betas` are three."""

    betas: ClassVar[int] = 3

    def setting(self, group: Group, name: str, default: float | None) -> Any:
        if name in ("beta1", "beta2", "beta3"):
            beta1, beta2, beta3 = group["betas"]
            return {"beta1": beta1, "beta2": beta2, "beta3": beta3}[name]
        return super().setting(group, name, default)


class Adan(ThreeAverages):
    """Adam with Nesterov's foresight from the difference of two gradients, in one pass (rule adan).

    The betas are the authors' code's, one minus the paper's. Of its decays this is `no_prox=True`.

    Source: Xie et al. 2022, Algorithm 1.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the averages of gradients, of their differences and of squares (0.98, 0.92, 0.99).
    eps: keeps the division finite (1e-8).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: True, as with the authors' no_prox, "scheduled" or "cautious_decay"; False: L2 (True).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape: "step" (a number), "exp_avg", "exp_avg_diff",
    "exp_avg_sq" and "previous_grad".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_diff", "n": "exp_avg_sq", "h": "previous_grad"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: ThreeBetas = (0.98, 0.92, 0.99),
        eps: Number = 1e-8,
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
        return adan


class AdEMAMix(ThreeAverages):
    """Adam with a second, slow average of gradients, in one pass (rule ademamix).

    Source: Pagliardini et al. 2024, Algorithm 1.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the fast average, of that of squares and of the slow average (0.9, 0.999, 0.9999).
    alpha: weight of the slow average (2.0).
    beta3_warmup: steps over which the slow average's memory grows from the fast one's (None).
    alpha_warmup: steps over which alpha grows from 0 (None).
    eps: keeps the division finite (1e-8).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: True, as in the authors' code, "scheduled" or "cautious_decay"; False: L2 (True).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape: "step" (a number), "exp_avg_fast", "exp_avg_slow"
    and "exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg_fast", "s": "exp_avg_slow", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: ThreeBetas = (0.9, 0.999, 0.9999),
        alpha: Number = 2.0,
        beta3_warmup: Number | None = None,
        alpha_warmup: Number | None = None,
        eps: Number = 1e-8,
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
        return ademamix

    def setting(self, group: Group, name: str, default: float | None) -> Any:
        value = super().setting(group, name, default)
        return default if value is None else value  # no warm-up
