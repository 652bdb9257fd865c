"""Adagrad, RMSprop and Adadelta: a rate for each parameter, from the size of its gradients."""

from typing import ClassVar

import torch

from ravine.optim.optimizer import Group, Parameters, RuleOptimizer, options
from ravine.rules import Rule, rules
from ravine.rules.adadelta import adadelta
from ravine.rules.adagrad import adagrad


class Adagrad(RuleOptimizer):
    """`torch.optim.Adagrad`, in one pass: the rule adagrad.

    decoupled_weight_decay, rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"s": "sum"}
    takes_sparse = True

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
        rounding: str | None = None,
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
    """`torch.optim.RMSprop`, in one pass: the rules rmsprop and its centered and momentum forms.

    decoupled_weight_decay, rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"v": "square_avg", "m": "grad_avg", "b": "momentum_buffer"}

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        *,
        decoupled_weight_decay: bool = False,
        rounding: str | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        moving = isinstance(group["momentum"], torch.Tensor) or group["momentum"] > 0
        return rules["rmsprop" + "_centered" * bool(group["centered"]) + "_momentum" * moving]


class Adadelta(RuleOptimizer):
    """`torch.optim.Adadelta`, in one pass: the rule adadelta.

    decoupled_weight_decay, rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"s": "square_avg", "d": "acc_delta"}

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
        decoupled_weight_decay: bool = False,
        rounding: str | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return adadelta
