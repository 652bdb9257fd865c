"""ADOPT and LaProp: each gradient is divided first, and averaged then."""

from typing import ClassVar

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.adopt import adopt, adopt_unclipped
from ravine.rules.laprop import laprop


class ADOPT(RuleOptimizer):
    """Divides each gradient by the size of those before it, in one pass (rules adopt, adopt_unclipped).

    The first step measures, and moves nothing but what weight decay moves.

    Source: Taniguchi et al. 2024; the clip is the authors' of November of that year.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the averages of the gradient and of its square (0.9, 0.9999).
    eps: the least that is divided by (1e-6).
    clip_exp: each quotient is held within ±(t - 1)**clip_exp; None: not at all (0.25).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: False: L2; True, "scheduled" or "cautious_decay": beside the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1,
    clip_exp > 0; ValueError otherwise. State has the parameter's shape: "step" (a number), "exp_avg" and "exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: Betas = (0.9, 0.9999),
        eps: Number = 1e-6,
        clip_exp: Number | None = 0.25,
        weight_decay: Number = 0,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: Decoupled = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return adopt_unclipped if group["clip_exp"] is None else adopt


class LaProp(RuleOptimizer):
    """Adam in the other order: momentum of gradients that are divided already, in one pass (rule laprop).

    The authors' decay is not multiplied by lr; here it is, as everywhere in PyTorch, unless "scheduled".

    Source: Ziyin, Wang & Ueda 2020.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (4e-4).
    betas: decays of the averages of the gradient and of its square (0.9, 0.999).
    eps: keeps the division finite (1e-15).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: True, beside the step, "scheduled" or "cautious_decay"; False: L2 (True).
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
        lr: Number = 4e-4,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-15,
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
        return laprop
