"""Checks of a network of one unit a layer: what is left of a gradient on its way back."""

import numpy as np

from ravine.activations import activations
from ravine.lessons.chain import Chain


def left_of_gradient(
    activation: str = "sigmoid", depth: int = 8, weight: float = 1.0, bias: float = 0.0, input: float = 1.0
) -> float:
    """The size of the gradient of the last output by the input."""
    return abs(Chain(activation, depth, weight, bias, input).gradients()[-1])


def steepest(activation: str, depth: int = 1) -> float:
    """The largest slope of an activation, on a fine grid from -10 to 10, to the power of `depth`."""
    return float(activations[activation].slope(np.arange(-1000, 1001) / 100).max()) ** depth


def keeps_gradient(
    activation: str, depth: int = 8, weight: float = 1.0, bias: float = 0.0, input: float = 1.0, within: float = 10.0
) -> bool:
    """Whether what is left of the gradient is within a factor of the whole."""
    return 1 / within < left_of_gradient(activation, depth, weight, bias, input) < within
