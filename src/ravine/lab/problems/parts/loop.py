"""How a step is taken, beside the optimizer: what a training loop does between the loss and the update."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # with torch
    from torch.nn import Module


@dataclass(frozen=True, eq=False)
class Loop:
    """The parts of a loop that a problem may set.

    parameters: model → parameter groups. `lr` and `weight_decay` of a group are factors of the optimizer's, so that
        they can be searched; other options of a group are its own. What is in no group is frozen.
    max_grad_norm: gradients of a larger norm, over all parameters together, are scaled down to it.
    accumulate: batches whose gradients make one step.
    autocast: the dtype that forward pass and loss run in where PyTorch thinks it safe, "bfloat16" or "float16".
    schedule: (step from 1, steps) → a factor of the learning rate, beside the study's own schedule.
    """

    parameters: "Callable[[Module], Sequence[Mapping[str, Any]]] | None" = None
    max_grad_norm: float | None = None
    accumulate: int = 1
    autocast: str | None = None
    schedule: Callable[[int, int], float] | None = None

    @property
    def alone(self) -> str | None:
        """Why networks trained so cannot be stacked; None where they can."""
        if self.parameters is not None:
            return "its parameters are in groups"
        if self.accumulate > 1:
            return "it accumulates gradients"
        return "it runs in mixed precision" if self.autocast else None

    @property
    def chosen(self) -> dict[str, Any]:
        """What is set otherwise than by default."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value != getattr(Loop, name)}

    def __str__(self) -> str:
        said = {
            "parameters": "parameter groups",
            "max_grad_norm": f"gradients clipped to norm {self.max_grad_norm}",
            "accumulate": f"gradients of {self.accumulate} batches a step",
            "autocast": f"{self.autocast} by autocast",
            "schedule": "a schedule of its own",
        }
        return ", ".join(said[name] for name in self.chosen)
