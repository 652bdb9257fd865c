"""Parameters that a loss depends on and that no optimizer holds: left out, or somebody else's."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ravine.monitor.forward import sample
from ravine.monitor.graph import leaves

SAMPLED = 256


class Outside:
    """What was met, with what it was at first: what moves is another optimizer's (a discriminator's)."""

    def __init__(self, network: nn.Module, optimizers: Sequence[Optimizer]):
        self.optimizers = optimizers
        self.names = {id(p): name for name, p in network.named_parameters()}
        self.order = {id(p): place for place, p in enumerate(network.parameters())}
        self.met: dict[int, tuple[nn.Parameter, Tensor]] = {}

    def ask(self, tensor: Tensor) -> None:
        """Notes the parameters that `tensor` was computed from."""
        held = {id(p) for one in self.optimizers for group in one.param_groups for p in group["params"]}
        first = min((self.order[key] for key in held if key in self.order), default=-1)
        for parameter in leaves(tensor):
            key = id(parameter)
            # A network's first layers are left out on purpose (a backbone that stays); its later ones are not.
            kept = key in self.order and self.order[key] < first
            if key not in held and not kept and parameter.requires_grad and key not in self.met:
                self.met[key] = parameter, sample(parameter, SAMPLED).clone()

    def unmoved(self) -> list[nn.Parameter]:
        """Those that are as they were, and that no optimizer has taken in since."""
        held = {id(p) for one in self.optimizers for group in one.param_groups for p in group["params"]}
        return [
            p
            for key, (p, before) in self.met.items()
            if key not in held and p.requires_grad and torch.equal(sample(p, SAMPLED), before)
        ]

    def named(self) -> str:
        """What those are called, or their shapes."""
        return ", ".join(self.names.get(id(p), "×".join(map(str, p.shape)) or "a number") for p in self.unmoved()[:3])
