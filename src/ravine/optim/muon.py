"""Muon for matrices, with AdamW for what is none."""

from typing import Any, ClassVar

import torch

from ravine.backends import newton_schulz
from ravine.optim.checks import check_betas, stacks
from ravine.optim.optimizer import RuleOptimizer
from ravine.optim.options import Betas, Group, Number, Parameters, options
from ravine.rules import Rule
from ravine.rules.adamw import adamw
from ravine.rules.matrices.muon import muon, muon_rms

SCALES = {None: muon, "original": muon, "match_rms_adamw": muon_rms}
FIXED = {"ns_steps": newton_schulz.STEPS, "ns_coefficients": (newton_schulz.A, newton_schulz.B, newton_schulz.C)}


class Muon(RuleOptimizer):
    """Momentum made orthogonal by Newton-Schulz, for matrices; AdamW for the rest (rules muon, muon_rms and adamw).

    A tensor of two axes or more is a matrix: its first axis by all others, as a convolution's filters lie. Of a group
    with both kinds two are made, the matrices first. Embeddings and the last layer, which are matrices too, are best
    left to AdamW: give them a group with use_muon=False. Matrix products are of bfloat16, as in Jordan's code and in
    PyTorch's, unless parameters are of float64 or the processor is slow at it.

    Source: Jordan et al. 2024; Liu et al. 2025 for the scale match_rms_adamw.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    lr: learning rate (1e-3).
    weight_decay: lr·λ beside the step (0.1).
    momentum: decay of the average of gradients (0.95).
    nesterov: whether that looks ahead (True).
    ns_coefficients: of Newton-Schulz, as PyTorch has them; others are refused (3.4445, -4.775, 2.0315).
    eps: the least norm that a matrix is divided by before; other values are refused (1e-7).
    ns_steps: of Newton-Schulz; others are refused (5).
    adjust_lr_fn: "original", √max(1, rows/columns); "match_rms_adamw", 0.2·√max(rows, columns) (None: original).
    use_muon: False: AdamW for all of the group; True: Muon for all, and vectors are refused (None: by their axes).
    adamw_lr: of what AdamW steps (None: lr).
    adamw_betas: of what AdamW steps (0.9, 0.95).
    adamw_eps: of what AdamW steps (1e-8).
    adamw_weight_decay: of what AdamW steps (0).
    maximize: climb instead of descend (False).
    differentiable: let autograd go through the step (False).
    cautious: step only where the update agrees in sign with the gradient (False).
    max_grad_norm: clip the gradients' norm, as `torch.nn.utils.clip_grad_norm_` does before a step (None: not).

    Clipping and tensors of one value for each model: see `ravine.optim`. A number is ≥ 0, a beta < 1; ValueError
    otherwise. State has the parameter's shape: "step" (a number) and "momentum_buffer", or AdamW's "exp_avg" and
    "exp_avg_sq".
    """

    state_names: ClassVar = {"b": "momentum_buffer", "m": "exp_avg", "v": "exp_avg_sq"}

    def __init__(
        self,
        params: Parameters,
        lr: Number = 1e-3,
        weight_decay: Number = 0.1,
        momentum: Number = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
        *,
        use_muon: bool | None = None,
        adamw_lr: Number | None = None,
        adamw_betas: Betas = (0.9, 0.95),
        adamw_eps: Number = 1e-8,
        adamw_weight_decay: Number = 0,
        maximize: bool = False,
        differentiable: bool = False,
        cautious: bool = False,
        max_grad_norm: Number | None = None,
    ):
        super().__init__(params, options(locals()))

    def add_param_group(self, param_group: Group) -> None:
        """Adds a parameter group, or two where it has matrices and others. Raises ValueError for options out of range,
        and for a vector with use_muon=True, before anything is added."""
        group = {**self.defaults, **param_group}
        _check(group)
        given = param_group["params"]
        if isinstance(given, set):  # which PyTorch refuses in its own words
            super().add_param_group(param_group)
            return
        listed = [given] if isinstance(given, torch.Tensor) else list(given)
        models = stacks({name: group[name] for name in self.defaults})  # along an axis that is none of a matrix's own
        matrices: list[Any] = []
        others: list[Any] = []
        for one in listed:
            tensor = one[1] if isinstance(one, tuple) else one
            (matrices if tensor.dim() - models > 1 else others).append(one)
        if group["use_muon"] and others:
            raise ValueError("use_muon=True: Muon steps matrices, and a parameter has fewer than two axes")
        if group["use_muon"] is False:
            matrices, others = [], listed
        before = len(self.param_groups)
        try:
            for members, use in ((matrices, True), (others, False)):
                if members or (use and not listed):
                    more = {} if use else self._of_adamw(group, param_group)
                    super().add_param_group({**param_group, **more, "params": members, "use_muon": use})
        except BaseException:
            del self.param_groups[before:]
            raise

    @staticmethod
    def _of_adamw(group: Group, given: Group) -> Group:
        """Rate and decay of a group that AdamW steps: its own, where it was given as one; else those for AdamW."""
        if given.get("use_muon") is False:
            return {}
        rate = group["lr"] if group["adamw_lr"] is None else group["adamw_lr"]
        return {"lr": rate, "weight_decay": group["adamw_weight_decay"]}

    def rule(self, group: Group) -> Rule:
        use = group["use_muon"]
        if use is None:  # a state dict of PyTorch's, which does not say
            use = all(parameter.dim() > 1 for parameter in group["params"])
        return SCALES[group["adjust_lr_fn"]] if use else adamw

    def setting(self, group: Group, name: str, default: float | None) -> Any:
        if name in ("beta1", "beta2"):
            return group["adamw_betas"][name == "beta2"]
        if name == "eps":
            return group["adamw_eps"]
        return float(group["nesterov"]) if name == "nesterov" else super().setting(group, name, default)


def _check(group: Group) -> None:
    """Raises ValueError for options that are Muon's own."""
    if group["adjust_lr_fn"] not in SCALES:
        raise ValueError(f"Adjust learning rate function {group['adjust_lr_fn']} is not supported")
    for name, only in {**FIXED, "eps": newton_schulz.EPS}.items():
        if (tuple(group[name]) if name == "ns_coefficients" else group[name]) != only:
            raise ValueError(f"Invalid {name}: {group[name]}; here Newton-Schulz is Jordan's, with {only}")
    check_betas(group["adamw_betas"], 2)
    for name in ("adamw_lr", "adamw_eps", "adamw_weight_decay"):
        if group[name] is not None and not bool((torch.as_tensor(group[name]) >= 0).all()):
            raise ValueError(f"Invalid {name} value: {group[name]}")
