"""AdaBelief and Yogi: Adam with another measure of the gradients' size."""

from typing import Any, ClassVar

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.adabelief import adabelief
from ravine.rules.yogi import yogi


class AdaBelief(RuleOptimizer):
    """Adam that divides by how far gradients stray from their average, in one pass (rule adabelief).

    The package adabelief-pytorch rectifies by default, as RAdam does; this is the paper's rule, its `rectify=False`.

    Source: Zhuang et al. 2020, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the average of gradients and of that of their squared distance from it (0.9, 0.999).
    eps: added to each average of squares and to its root (1e-16).
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
    ValueError otherwise. State has the parameter's shape: "step" (a number), "exp_avg" and "exp_avg_var".
    """

    state_names: ClassVar = {"m": "exp_avg", "s": "exp_avg_var"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-16,
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
        return adabelief


class Yogi(RuleOptimizer):
    """Adam whose second moment changes by a bounded share, in one pass (rule yogi).

    With Adam's bias correction, which the paper leaves out, as optax and pytorch-optimizer have it.

    Source: Zaheer et al. 2018, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-2).
    betas: decays of the averages of the gradient and of its square (0.9, 0.999).
    eps: keeps the division finite (1e-3).
    initial_accumulator: what both averages start from (1e-6).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: True, lr·λ beside the step, "scheduled" or "cautious_decay"; False: L2 (True).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape: "step" (a number), "exp_avg" and "exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-2,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-3,
        initial_accumulator: Number = 1e-6,
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
        return yogi

    def setting(self, group: Group, name: str, default: float | None) -> Any:
        return super().setting(group, name.removesuffix("_value"), default)
