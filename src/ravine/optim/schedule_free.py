"""Schedule-Free SGD and AdamW: trained at one point, evaluated at another, which is an average."""

from typing import Any, ClassVar

import torch

from ravine.optim.checks import require_inside
from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Group, Number, Parameters, Rounding, options
from ravine.rules import Rule
from ravine.rules.schedule_free_adamw import schedule_free_adamw
from ravine.rules.schedule_free_sgd import schedule_free_sgd


class ScheduleFree(RuleOptimizer):
    """What the two share: the names of the state, and checkpoints of the authors' package."""

    state_names: ClassVar = {"v": "exp_avg_sq", "s": "weight_sum", "gamma_max": "lr_max"}
    looks_ahead: ClassVar[bool] = True
    exact_numbers: ClassVar[bool] = True  # a sum of weights over the whole run

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes up where `state_dict` left off: this class's own, or that of the authors', which counts by group."""
        state, groups = {**state_dict["state"]}, []
        for group in state_dict["param_groups"]:
            kept = dict(group)
            if "k" in kept:
                shared = {"step": kept.pop("k"), "weight_sum": kept.pop("weight_sum"), "lr_max": kept.pop("lr_max")}
                kept.pop("scheduled_lr", None)
                for place in state.keys() & {*kept["params"]}:
                    counted = {name: torch.tensor(float(of), dtype=torch.float64) for name, of in shared.items()}
                    state[place] = {**counted, **state[place]}
            groups.append(kept)
        super().load_state_dict({**state_dict, "state": state, "param_groups": groups})


class ScheduleFreeSGD(ScheduleFree):
    """Gradient descent with an average in place of a schedule, in one pass (rule schedule_free_sgd).

    Call `train()` before training, and `eval()` before evaluation and saving: a step elsewhere raises RuntimeError.
    Layers that keep running statistics (batch norm) must see the evaluated weights before they are evaluated.

    Source: Defazio et al. 2024, and the authors' schedulefree 1.4, `SGDScheduleFree`.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1.0).
    momentum: how near to the average the gradient is taken, above 0 and below 1 (0.9).
    weight_decay: pull towards zero, of the point where the gradient is taken (0).
    warmup_steps: steps over which the rate grows from 0 (0).
    r: power of the step that a point weighs in the average (0).
    weight_lr_power: power of the largest rate so far that it weighs (2).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Clipping, rounding and tensors of one value for each model: see `ravine.optim`. Numbers are ≥ 0; ValueError
    otherwise. State: "z" of the parameter's shape, and the numbers "step", "weight_sum" and "lr_max", which each
    parameter counts from its own first step.
    """

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1.0,
        momentum: Number = 0.9,
        weight_decay: Number = 0,
        warmup_steps: Number = 0,
        r: Number = 0.0,
        weight_lr_power: Number = 2.0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def add_param_group(self, param_group: Group) -> None:
        require_inside("momentum", {**self.defaults, **param_group}["momentum"])
        super().add_param_group(param_group)

    def rule(self, group: Group) -> Rule:
        return schedule_free_sgd

    def setting(self, group: Group, name: str, default: float | None) -> Any:
        return group["momentum"] if name == "beta" else super().setting(group, name, default)


class ScheduleFreeAdamW(ScheduleFree):
    """AdamW with an average in place of momentum and schedule, in one pass (rule schedule_free_adamw).

    Call `train()` before training, and `eval()` before evaluation and saving: a step elsewhere raises RuntimeError.
    Layers that keep running statistics (batch norm) must see the evaluated weights before they are evaluated.

    Source: Defazio et al. 2024, Algorithm 1, and the authors' schedulefree 1.4, `AdamWScheduleFree`.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (0.0025).
    betas: how near to the average the gradient is taken, above 0, and the decay of squares (0.9, 0.999).
    eps: keeps the division finite (1e-8).
    weight_decay: pull towards zero, of the point where the gradient is taken (0).
    warmup_steps: steps over which the rate grows from 0 (0).
    r: power of the step that a point weighs in the average (0).
    weight_lr_power: power of the largest rate so far that it weighs (2).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step, in plain tensor operations (False).
    capturable: for CUDA graphs; refused on the processor, as by PyTorch (False).
    foreach, fused: accepted as by PyTorch; the path is the fused one either way (None).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).
    rounding: of 16-bit parameters: "stochastic" or "kahan" (None: to the nearest).

    Clipping, rounding and tensors of one value for each model: see `ravine.optim`. Numbers are ≥ 0, a beta < 1;
    ValueError otherwise. State: "z" and "exp_avg_sq" of the parameter's shape, and the numbers "step", "weight_sum" and
    "lr_max", which each parameter counts from its own first step.
    """

    def __init__(
        self,
        params: Parameters,
        lr: Number = 2.5e-3,
        betas: Betas = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 0,
        warmup_steps: Number = 0,
        r: Number = 0.0,
        weight_lr_power: Number = 2.0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        max_grad_norm: Number | None = None,
        rounding: Rounding | None = None,
    ):
        super().__init__(params, options(locals()))

    def rule(self, group: Group) -> Rule:
        return schedule_free_adamw
