"""What the parameters of a group share in a step: the equation, its settings, and PyTorch's names for its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch

from ravine.backends.torch import passes, split
from ravine.equations import Equation, Stages

State = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Recipe:
    """One group's part of a step.

    settings:   the rule's hyperparameters by the rule's names: numbers, or tensors with one value for each model.
    names:      of the rule's states, as PyTorch's state_dict has them.
    counts:     whether the state counts its steps.
    rounding:   how 16-bit parameters are rounded: None, "stochastic" or "kahan".
    rows_alone: whether a sparse gradient may move its rows alone.
    exact:      whether states that are one number are kept in 64 bits: sums over many steps need them.
    """

    equation: Equation
    settings: Mapping[str, Any]
    names: Mapping[str, str]
    counts: bool = True
    rounding: str | None = None
    rows_alone: bool = False
    exact: bool = False

    @cached_property
    def stages(self) -> Stages:
        """Of the pass that takes the step: the only one, but for rules with norms."""
        return split(passes(self.equation).last)

    @property
    def passes(self) -> bool:
        """Whether the step needs what another pass over the tensor finds: norms, say."""
        return bool(passes(self.equation).before)

    @cached_property
    def element_states(self) -> tuple[str, ...]:
        """PyTorch's names of the states with one value for each element, and of the compensation."""
        names = tuple(self.names.get(name, name) for name in self.stages.element_state)
        return (*names, "compensation") if self.rounding == "kahan" else names

    @cached_property
    def step_states(self) -> tuple[str, ...]:
        """PyTorch's names of the states that are one number for all elements."""
        return tuple(self.names.get(name, name) for name in self.stages.step_state)

    @cached_property
    def slots(self) -> int:
        """How many models are stacked along the leading axis, each with settings of its own; 1 if all share them.

        Raises ValueError if settings are for different numbers of models.
        """
        sizes = {value.numel() for value in self.settings.values() if isinstance(value, torch.Tensor)} - {1}
        if len(sizes) > 1:
            raise ValueError(f"settings are for different numbers of models: {', '.join(map(str, sorted(sizes)))}")
        return sizes.pop() if sizes else 1

    @cached_property
    def number_format(self) -> torch.dtype:
        """The dtype of the counter of steps, and of the states that are one number."""
        return torch.float64 if self.exact and self.step_states else number_format()

    @property
    def remembers(self) -> bool:
        """Whether there is anything to keep between steps."""
        return bool(self.counts or self.element_states or self.step_states)

    @property
    def differentiable(self) -> bool:
        """Whether autograd asks for the derivative by a setting."""
        return any(isinstance(value, torch.Tensor) and value.requires_grad for value in self.settings.values())

    @cached_property
    def rows_of_numbers(self) -> list[float]:
        """As `rows`, with 0 in place of tensors."""
        row = [0.0 if isinstance(value, torch.Tensor) else float(value) for value in self.settings.values()]
        return row * self.slots

    @cached_property
    def rows(self) -> list[float]:
        """The settings of each slot, one slot after the other."""
        if self.slots == 1:
            return list(map(float, self.settings.values()))
        columns = [
            value.detach().flatten().tolist() if isinstance(value, torch.Tensor) else [float(value)]
            for value in self.settings.values()
        ]
        return [column[slot if len(column) > 1 else 0] for slot in range(self.slots) for column in columns]

    def needs_start(self, state: State) -> bool:
        """Whether `state` lacks something that the rule remembers."""
        if self.counts and "step" not in state:
            return True
        return any(state.get(name) is None for name in (*self.element_states, *self.step_states))

    def start(self, parameter: torch.Tensor, state: State) -> None:
        """Adds to `state` what the rule remembers before its first step, in PyTorch's formats."""
        # CUDA kernels count on the device, so that a step needs nothing from the processor.
        device = parameter.device if parameter.is_cuda else torch.device("cpu")
        if self.counts and "step" not in state:
            state["step"] = torch.tensor(0.0, dtype=self.number_format, device=device)
        for name, known in zip(self.stages.step_state, self.step_states, strict=True):
            if state.get(known) is None:
                first = self._first(name)
                each = [first] * self.slots if self.slots > 1 else first
                state[known] = torch.tensor(each, dtype=self.number_format, device=device)
        # A parameter that keeps its small steps would gain nothing from averages that lose theirs.
        wide = torch.float32 if self.rounding and parameter.dtype.itemsize == 2 else None
        for name, known in zip(self.stages.element_state, self.element_states, strict=False):
            if state.get(known) is None:
                order = torch.preserve_format if parameter.layout is torch.strided else None  # others have but one
                buffer = torch.zeros_like(parameter, dtype=wide, memory_format=order)
                state[known] = buffer.detach()
                if self.equation.state[name] == "theta":
                    state[known] = (
                        buffer.copy_(parameter) if torch.is_grad_enabled() else buffer.detach().copy_(parameter)
                    )
                elif first := self._first(name):
                    parts = torch.view_as_real(buffer) if buffer.is_complex() else buffer
                    parts.detach().fill_(first)
        if self.rounding == "kahan" and "compensation" not in state:
            state["compensation"] = torch.zeros_like(parameter).detach()

    def numbers(self, state: State, fresh: bool, device: torch.device) -> list[torch.Tensor]:
        """The counter of steps and the states that are one number (or one a slot), on `device`, of one dtype.

        Raises ValueError for a state of another number of slots.
        """
        if not self.counts:  # SGD's state has none, and all that its rules ask is whether a step is the first
            counter = torch.tensor(1.0 if fresh else 2.0, device=device)
        else:
            counter = state["step"]
            if not isinstance(counter, torch.Tensor):
                counter = state["step"] = torch.tensor(float(counter), dtype=self.number_format, device=device)
            if counter.numel() != 1:
                raise ValueError(f"step must be one number, and has {counter.numel()}")
            if counter.device != device or counter.dtype not in (torch.float32, torch.float64):
                counter = state["step"] = counter.to(device, self.number_format)
        numbers = [counter]
        for name in self.step_states:
            number = state[name]
            if number.numel() != self.slots:
                if number.numel() != 1:
                    raise ValueError(f"{name} has {number.numel()} values, and the settings are for {self.slots}")
                number = state[name] = number.expand(self.slots).clone()
            if number.device != device or number.dtype is not counter.dtype:
                number = state[name] = number.to(device, counter.dtype)
            numbers.append(number)
        return numbers

    def _first(self, name: str) -> float:
        value = self.equation.state[name]
        return float(self.settings[value]) if isinstance(value, str) else value


def number_format() -> torch.dtype:
    """The dtype that PyTorch gives to counters of steps."""
    return torch.float64 if torch.get_default_dtype() == torch.float64 else torch.float32
