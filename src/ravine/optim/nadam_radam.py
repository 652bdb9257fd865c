"""NAdam and RAdam: Adam with Nesterov's momentum, and Adam that waits until it knows the gradients' size."""

from typing import ClassVar

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.nadam import nadam
from ravine.rules.radam import radam


class NAdam(RuleOptimizer):
    """Adam with Nesterov's momentum: `torch.optim.NAdam` in one pass (rule nadam).

    PyTorch keeps the product of the momenta in float32, and so does the state here: the two then stay alike to the
    rounding of float32, in float64 too, and their state dicts interchange.

    Source: Dozat 2016, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (2e-3).
    betas: decays of the averages of the gradient and of its square (0.9, 0.999).
    eps: keeps the division finite (1e-8).
    weight_decay: pull towards zero (0).
    momentum_decay: how fast the momentum warms up to its beta (4e-3).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: False: L2; True, "scheduled" or "cautious_decay": beside the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" and "mu_product"
    (numbers), "exp_avg" and "exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 0,
        momentum_decay: Number = 4e-3,
        decoupled_weight_decay: Decoupled = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return nadam


class RAdam(RuleOptimizer):
    """Adam that waits until the size of the gradients is known: `torch.optim.RAdam` in one pass (rule radam).

    Source: Liu et al. 2020, Algorithm 2.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    betas: decays of the averages of the gradient and of its square (0.9, 0.999).
    eps: keeps the division finite (1e-8).
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
    and "exp_avg_sq".
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 0,
        decoupled_weight_decay: Decoupled = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return radam
