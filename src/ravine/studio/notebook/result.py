"""What a network in a page has learned: written by web/src/network/result.ts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ravine.networks.perceptron import Array, Layer, layers_of


@dataclass(frozen=True)
class Result:
    """Where a network came to rest.

    parameters: (n,), as PyTorch's parameters(): each layer's weights, then its biases; sizes: units of every layer.
    accuracy, held_out_accuracy: shares; NaN of a curve. findings: what is wrong with it, the cause first.
    """

    step: int
    sizes: tuple[int, ...]
    parameters: Array = field(repr=False)
    loss: float
    accuracy: float
    held_out_loss: float
    held_out_accuracy: float
    findings: tuple[str, ...]

    @property
    def layers(self) -> list[Layer]:
        """Each layer's .weights, (outputs, inputs), and .biases, (outputs,)."""
        return layers_of(self.parameters, self.sizes)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Result":
        """JSON has no NaN: what is none comes as null."""

        def number(value: float | None) -> float:
            return math.nan if value is None else float(value)

        return cls(
            step=int(told["step"]),
            sizes=tuple(told["sizes"]),
            parameters=np.array([number(value) for value in told["parameters"]], dtype=np.float64),
            loss=number(told["loss"]),
            accuracy=number(told["accuracy"]),
            held_out_loss=number(told["heldOutLoss"]),
            held_out_accuracy=number(told["heldOutAccuracy"]),
            findings=tuple(told["findings"]),
        )
