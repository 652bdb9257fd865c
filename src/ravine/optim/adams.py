"""Adam and its kin: averages of the gradient and of its size."""

from typing import Any, ClassVar

import torch

from ravine.optim.checks import check_foreach_tensors
from ravine.optim.optimizer import Group, Parameters, RuleOptimizer, options
from ravine.rules import Rule
from ravine.rules.adam import adam
from ravine.rules.adamax import adamax
from ravine.rules.amsgrad import amsgrad
from ravine.rules.nadam import nadam
from ravine.rules.radam import radam

Betas = tuple[float | torch.Tensor, float | torch.Tensor]


class Adam(RuleOptimizer):
    """`torch.optim.Adam`, in one pass: the rules adam and amsgrad.

    rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq", "v_max": "max_exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
        rounding: str | None = None,
    ):
        chosen = options(locals())
        check_foreach_tensors(chosen)
        super().__init__(params, chosen)

    def rule(self, group: Group) -> Rule:
        return amsgrad if group["amsgrad"] else adam


class AdamW(Adam):
    """`torch.optim.AdamW`, in one pass: Adam or AMSGrad with decoupled weight decay.

    rounding: see `ravine.optim`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        rounding: str | None = None,
    ):
        super().__init__(params, **options(locals()), decoupled_weight_decay=True)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True  # whatever a loaded Adam had


class Adamax(RuleOptimizer):
    """`torch.optim.Adamax`, in one pass: the rule adamax.

    decoupled_weight_decay, rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"m": "exp_avg", "u": "exp_inf"}

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
        decoupled_weight_decay: bool = False,
        rounding: str | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return adamax


class NAdam(RuleOptimizer):
    """`torch.optim.NAdam`, in one pass: the rule nadam.

    PyTorch keeps the product of the momenta in float32, and so does the state here: the two then stay alike to the
    rounding of float32, in float64 too, and their state dicts interchange.

    rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        rounding: str | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return nadam


class RAdam(RuleOptimizer):
    """`torch.optim.RAdam`, in one pass: the rule radam.

    rounding: see `ravine.optim`.
    """

    state_names: ClassVar = {"m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: float | torch.Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        rounding: str | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return radam
