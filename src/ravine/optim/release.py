"""Gradient release: each parameter steps inside the backward pass, once its gradient is there, and lets go of it."""

from collections.abc import Callable
from typing import Any

import torch

from ravine.optim.options import Parameters


class Released:
    """The optimizers that step in the backward pass, one for each parameter.

    optimizers: by parameter; a scheduler takes each of them.
    """

    def __init__(self, optimizers: dict[torch.Tensor, torch.optim.Optimizer]):
        self.optimizers = optimizers
        self._hooks = [
            parameter.register_post_accumulate_grad_hook(_step_of(optimizer))  # type: ignore[no-untyped-call]
            for parameter, optimizer in optimizers.items()
        ]

    def state_dict(self) -> list[dict[str, Any]]:
        """The state dicts of all, in the order of the parameters."""
        return [optimizer.state_dict() for optimizer in self.optimizers.values()]

    def load_state_dict(self, state_dicts: list[dict[str, Any]]) -> None:
        """Takes up where `state_dict()` left off. Raises ValueError for another number of parameters."""
        if len(state_dicts) != len(self.optimizers):
            raise ValueError(f"saved were {len(state_dicts)} parameters, and here are {len(self.optimizers)}")
        for optimizer, saved in zip(self.optimizers.values(), state_dicts, strict=True):
            optimizer.load_state_dict(saved)

    def train(self) -> None:
        """`train` of all optimizers, where they have it."""
        for optimizer in self.optimizers.values():
            getattr(optimizer, "train", lambda: None)()

    def eval(self) -> None:
        """`eval` of all optimizers, where they have it."""
        for optimizer in self.optimizers.values():
            getattr(optimizer, "eval", lambda: None)()

    def remove(self) -> None:
        """Leaves gradients and steps to the caller again."""
        for hook in self._hooks:
            hook.remove()


def release_gradients(params: Parameters, build: Callable[..., torch.optim.Optimizer], **options: Any) -> Released:
    """Lets every parameter step in the backward pass, so that no two gradients are there at once.

    params: parameters, (name, parameter) pairs, or groups: dicts with "params" and options of their own.
    build: the class of optimizer, any of PyTorch's protocol; options: those that all groups share.

    `loss.backward()` is then the whole training step. What needs all gradients at once cannot be had with it:
    ValueError for `max_grad_norm`; nor can they be accumulated over batches, or a loss scaler leave a step out.
    Source: Lv et al. 2023, "Full Parameter Fine-tuning for Large Language Models with Limited Resources".
    """
    groups = [group if isinstance(group, dict) else {"params": [group]} for group in params]
    if any({**options, **group}.get("max_grad_norm") is not None for group in groups):
        raise ValueError("max_grad_norm needs all gradients at once, and none is kept where they are released")
    optimizers: dict[torch.Tensor, torch.optim.Optimizer] = {}
    for group in groups:
        own = {name: value for name, value in group.items() if name not in ("params", "param_names")}
        for given in group["params"]:
            parameter = given[1] if isinstance(given, tuple) else given
            if parameter.requires_grad:
                optimizers[parameter] = build([given], **{**options, **own})
    return Released(optimizers)


def _step_of(optimizer: torch.optim.Optimizer) -> Callable[[torch.Tensor], None]:
    def step(parameter: torch.Tensor) -> None:
        optimizer.step()
        parameter.grad = None

    return step
