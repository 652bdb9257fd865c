"""Adagrad, RMSprop and Adadelta: a rate for each parameter, from the size of its gradients."""

from typing import ClassVar

import torch

from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule, rules
from ravine.rules.adadelta import adadelta
from ravine.rules.adagrad import adagrad


class Adagrad(RuleOptimizer):
    """A rate that falls with the sum of squared gradients: `torch.optim.Adagrad` in one pass (rule adagrad).

    Source: Duchi, Hazan & Singer 2011, Figure 1.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-2).
    lr_decay: lowers the rate as 1/(1 + (t-1) lr_decay) (0).
    weight_decay: pull towards zero (0).
    initial_accumulator_value: what the sum of squares starts from (0).
    eps: keeps the division finite (1e-10).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: False: L2; True, "scheduled" or "cautious_decay": beside the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" (a number) and "sum", there
    before the first step.
    """

    state_names: ClassVar = {"s": "sum"}
    takes_sparse = True

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-2,
        lr_decay: Number = 0,
        weight_decay: Number = 0,
        initial_accumulator_value: Number = 0,
        eps: Number = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: Decoupled = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))
        for group in self.param_groups:  # as PyTorch: the sums are there before the first step
            recipe = self.recipe(group)
            for parameter in group["params"]:
                recipe.start(parameter, self.state[parameter])

    def rule(self, group: Group) -> Rule:
        return adagrad

    def share_memory(self) -> None:
        """Moves the sums to shared memory."""
        for group in self.param_groups:
            for parameter in group["params"]:
                self.state[parameter]["sum"].share_memory_()


class RMSprop(RuleOptimizer):
    """The gradient over its recent size: `torch.optim.RMSprop` in one pass (rule rmsprop and its forms).

    Source: Tieleman & Hinton 2012, lecture 6.5; centered: Graves 2013, equations 38 to 41.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-2).
    alpha: decay of the average of squared gradients (0.99).
    eps: keeps the division finite (1e-8).
    weight_decay: pull towards zero (0).
    momentum: share of the last step that is kept (0).
    centered: divide by the deviation from the average gradient instead of by the size (False).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: False: L2; True, "scheduled" or "cautious_decay": beside the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" (a number), "square_avg",
    "grad_avg" if centered, and "momentum_buffer" with momentum.
    """

    state_names: ClassVar = {"s": "square_avg", "m": "grad_avg", "b": "momentum_buffer"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-2,
        alpha: Number = 0.99,
        eps: Number = 1e-8,
        weight_decay: Number = 0,
        momentum: Number = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        *,
        decoupled_weight_decay: Decoupled = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        moving = isinstance(group["momentum"], torch.Tensor) or group["momentum"] > 0
        return rules["rmsprop" + "_centered" * bool(group["centered"]) + "_momentum" * moving]


class Adadelta(RuleOptimizer):
    """Steps as large as the recent ones: `torch.optim.Adadelta` in one pass (rule adadelta).

    Source: Zeiler 2012, Algorithm 1.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1.0).
    rho: decay of the averages of squares (0.9).
    eps: what the first steps are made of (1e-6).
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
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "step" (a number), "square_avg"
    and "acc_delta".
    """

    state_names: ClassVar = {"s": "square_avg", "d": "acc_delta"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1.0,
        rho: Number = 0.9,
        eps: Number = 1e-6,
        weight_decay: Number = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
        decoupled_weight_decay: Decoupled = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return adadelta
