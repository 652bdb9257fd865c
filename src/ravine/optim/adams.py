"""Adam and its kin: averages of the gradient and of its size."""

from typing import Any, ClassVar

from ravine.optim.checks import check_foreach_tensors
from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.adam import adam
from ravine.rules.adamax import adamax
from ravine.rules.amsgrad import amsgrad


class Adam(RuleOptimizer):
    """Adam, or AMSGrad: `torch.optim.Adam` in one pass (rules adam, amsgrad).

    Source: Kingma & Ba 2015, Algorithm 1; Reddi, Kale & Kumar 2018, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the averages of the gradient and of its square (0.9, 0.999).
    eps: keeps the division finite (1e-8).
    weight_decay: pull towards zero (0).
    amsgrad: divide by the largest average of squares so far (False).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: False: L2; True, "scheduled" or "cautious_decay": beside the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" (a number), "exp_avg",
    "exp_avg_sq" and, for AMSGrad, "max_exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq", "v_max": "max_exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: Decoupled = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        if isinstance(betas, list):  # as PyTorch, which keeps its own of these
            betas = tuple(betas)
        chosen = options(locals())
        check_foreach_tensors(chosen)
        super().__init__(params, chosen)

    def rule(self, group: Group) -> Rule:
        return amsgrad if group["amsgrad"] else adam


class AdamW(Adam):
    """Adam or AMSGrad with decoupled weight decay: `torch.optim.AdamW` in one pass.

    Source: Loshchilov & Hutter 2019, Algorithm 2, with lr·λ as in PyTorch.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the averages of the gradient and of its square (0.9, 0.999).
    eps: keeps the division finite (1e-8).
    weight_decay: pull towards zero (1e-2).
    amsgrad: divide by the largest average of squares so far (False).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: True, "scheduled" or "cautious_decay" (True); for L2 take Adam.
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" (a number), "exp_avg",
    "exp_avg_sq" and, for AMSGrad, "max_exp_avg_sq".
    """

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 1e-2,
        amsgrad: bool = False,
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
        if not decoupled_weight_decay:
            raise ValueError("AdamW's weight decay is decoupled; take Adam for L2")
        super().__init__(params, **options(locals()))

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = group["decoupled_weight_decay"] or True  # whatever a loaded Adam had


class Adamax(RuleOptimizer):
    """AdaMax, Adam with the largest gradient for its size: `torch.optim.Adamax` in one pass (rule adamax).

    Source: Kingma & Ba 2015, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (2e-3).
    betas: decays of the averages of the gradient and of its size (0.9, 0.999).
    eps: added to the gradient's size (1e-8).
    weight_decay: pull towards zero (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: False: L2; True, "scheduled" or "cautious_decay": beside the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" (a number), "exp_avg"
    and "exp_inf".
    """

    state_names: ClassVar = {"m": "exp_avg", "u": "exp_inf"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
        decoupled_weight_decay: Decoupled = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return adamax
