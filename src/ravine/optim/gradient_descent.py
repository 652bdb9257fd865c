"""SGD, plain, with momentum and with Nesterov's."""

from typing import ClassVar

from ravine.optim.checks import check_nesterov
from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Decoupled, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.momentum import momentum as momentum_rule
from ravine.rules.nesterov import nesterov as nesterov_rule
from ravine.rules.sgd import sgd


class SGD(RuleOptimizer):
    """Gradient descent, with momentum or Nesterov's: `torch.optim.SGD` in one pass (rules sgd, momentum, nesterov).

    Source: Robbins & Monro 1951; Polyak 1964; Sutskever et al. 2013, equations 1 to 4.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    momentum: share of the velocity that is kept (0: plain gradient descent).
    dampening: share of a new gradient that is kept out of the velocity (0).
    weight_decay: pull towards zero (0).
    nesterov: Nesterov's momentum, which needs momentum and no dampening (False).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    decoupled_weight_decay: False: L2; True, "scheduled" or "cautious_decay": beside the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Forms, clipping, rounding and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1;
    ValueError otherwise. State has the parameter's shape, under PyTorch's names: "momentum_buffer".
    """

    state_names: ClassVar = {"v": "momentum_buffer"}
    counts_steps = False
    takes_sparse = True

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        momentum: Number = 0,
        dampening: Number = 0,
        weight_decay: Number = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: Decoupled = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        if isinstance(group["momentum"], float | int) and group["momentum"] == 0:
            return sgd
        if not group["nesterov"]:
            return momentum_rule
        check_nesterov(group)  # again: groups are edited
        return nesterov_rule
