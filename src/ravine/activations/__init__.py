"""The activations: what a unit makes of its input, one file each. Drop a file in and it takes part everywhere."""

from ravine.activations.activation import Activation, activation
from ravine.registry import Registry

__all__ = ["Activation", "activation", "activations", "find_activation"]

activations = Registry("ravine.activations", Activation, "activation", example="relu")


def find_activation(activation: str | Activation) -> Activation:
    """An activation, the one of that name, or that of a file (`mish.py`), which is run: not for names from the web."""
    return activations.find(activation)
