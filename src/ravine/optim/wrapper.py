"""An optimizer around another, with a tensor of its own for each parameter, which its state dict has as well."""

from collections.abc import Callable
from typing import Any, ClassVar

import torch

from ravine.optim.options import Group


class Wrapper(torch.optim.Optimizer):
    """Steps as the optimizer inside does, which may be any of PyTorch's protocol, and does more around it.

    Groups, state and hooks are those of the optimizer inside, so that schedulers work on either. The state dict is its
    own with one tensor more for each parameter, and a count in each group: the optimizer inside loads it too, and the
    wrapper loads one without, and then begins anew.

    optimizer: the one inside. kept: the tensor of each parameter that has moved. steps: how many were taken.
    """

    state_name: ClassVar[str]
    _step_supports_amp_scaling = False  # a loss scaler unscales before the step, and leaves it out after an overflow

    def __init__(self, optimizer: torch.optim.Optimizer):
        if not isinstance(optimizer, torch.optim.Optimizer):
            raise TypeError(f"{type(self).__name__} goes around an optimizer, not {type(optimizer).__name__}")
        if any("train_mode" in group for group in optimizer.param_groups):
            raise TypeError(
                f"{type(self).__name__} keeps weights as they train, and {type(optimizer).__name__} is evaluated "
                "elsewhere than it trains: call its eval() and train() instead"
            )
        self.optimizer = optimizer
        self.kept: dict[torch.Tensor, torch.Tensor] = {}
        self.steps = 0

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """A step of the optimizer inside, and what is done around it. Returns the closure's loss, if there is one."""
        before = [p for p in self._parameters() if p not in self.kept and (closure or p.grad is not None)]
        self._before(before)
        loss = self.optimizer.step(closure)
        self.steps += 1
        with torch.no_grad():
            self._after()
        return loss

    def _before(self, new: list[torch.Tensor]) -> None:
        """Called with the parameters that may move and of which nothing is kept."""
        raise NotImplementedError

    def _after(self) -> None:
        """Called once the parameters have moved."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """That of the optimizer inside, and what is kept here, under `state_name` and `state_name` with `_steps`."""
        saved = self.optimizer.state_dict()
        saved["state"] = {number: dict(state) for number, state in saved["state"].items()}
        numbers = [number for group in saved["param_groups"] for number in group["params"]]
        for number, parameter in zip(numbers, self._parameters(), strict=True):
            if parameter in self.kept:
                saved["state"].setdefault(number, {})[self.state_name] = self.kept[parameter]
        for group in saved["param_groups"]:
            group[f"{self.state_name}_steps"] = self.steps
        return saved

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes up where `state_dict` left off, with the errors of the optimizer inside."""
        self.optimizer.load_state_dict(state_dict)
        self.kept, self.steps = {}, 0
        for group in self.optimizer.param_groups:
            self.steps = group.pop(f"{self.state_name}_steps", 0)
        for parameter in self._parameters():
            state = self.optimizer.state.get(parameter, {})
            if self.state_name in state:
                self.kept[parameter] = wide(state.pop(self.state_name))
                if not state:
                    del self.optimizer.state[parameter]

    def add_param_group(self, param_group: Group) -> None:
        """Adds a parameter group to the optimizer inside."""
        self.optimizer.add_param_group(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clears the gradients of all parameters."""
        self.optimizer.zero_grad(set_to_none)

    def _parameters(self) -> list[torch.Tensor]:
        return [parameter for group in self.optimizer.param_groups for parameter in group["params"]]

    def __getattr__(self, name: str) -> Any:
        if name == "optimizer":  # while a copy or a pickle is made
            raise AttributeError(name)
        return getattr(self.optimizer, name)

    def __getstate__(self) -> dict[str, Any]:
        # A scheduler puts its own step into the instance.
        return {name: value for name, value in self.__dict__.items() if name not in ("step", "_opt_called")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.optimizer!r}"


def wide(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor of the values that loses no small steps: float32 for a 16-bit format; never the tensor itself."""
    return tensor.detach().to(torch.float32 if tensor.dtype.itemsize == 2 else tensor.dtype, copy=True)
