"""A multilayer perceptron in NumPy, float64: forward, and backward by the chain rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ravine.activations import Activation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """weights: (outputs, inputs), as PyTorch's; biases: (outputs,). Both are views of one array of parameters."""

    weights: Array
    biases: Array


def layers_of(parameters: Array, sizes: Sequence[int]) -> list[Layer]:
    """Each layer's weights, then its biases, one after the other: the order of PyTorch's parameters()."""
    layers, at = [], 0
    for inputs, outputs in pairwise(sizes):
        middle = at + inputs * outputs
        layers.append(Layer(parameters[at:middle].reshape(outputs, inputs), parameters[middle : middle + outputs]))
        at = middle + outputs
    return layers


def count_parameters(sizes: Sequence[int]) -> int:
    return sum(outputs * (inputs + 1) for inputs, outputs in pairwise(sizes))


@dataclass(frozen=True)
class Pass:
    """What a way through the network leaves: each layer's input, (n, inputs), after dropout; sums, (n, outputs)."""

    inputs: list[Array]
    sums: list[Array]


def forward(layers: Sequence[Layer], activation: Activation, x: Array, masks: Sequence[Array | None] = ()) -> Pass:
    """masks: of the inputs and of each hidden layer, 0 or 1/(1 - p); none outside training."""
    inputs: list[Array] = []
    sums: list[Array] = []
    for number, layer in enumerate(layers):
        mask = masks[number] if masks else None
        if number:
            x = activation(sums[-1])
        inputs.append(x if mask is None else x * mask)
        sums.append(inputs[-1] @ layer.weights.T + layer.biases)
    return Pass(inputs, sums)


def backward(
    layers: Sequence[Layer], activation: Activation, way: Pass, slope: Array, masks: Sequence[Array | None] = ()
) -> Array:
    """The gradient of all parameters from `slope`, the loss's at the last sums."""
    parts: list[Array] = []
    for number in range(len(layers) - 1, -1, -1):
        parts += [slope.sum(axis=0), (slope.T @ way.inputs[number]).reshape(-1)]
        if number == 0:
            break
        below = slope @ layers[number].weights
        mask = masks[number] if masks else None
        slope = (below if mask is None else below * mask) * activation.slope(way.sums[number - 1])
    return np.concatenate(parts[::-1])


def cross_entropy(z: Array, targets: Array) -> tuple[float, Array]:
    """The mean of -log softmax at the target, and its slope at z."""
    rows, wanted = np.arange(len(z)), targets.astype(np.int64)
    shifted = z - z.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=1, keepdims=True)
    slope = exponentials / total
    slope[rows, wanted] -= 1
    return float(np.mean(np.log(total[:, 0]) - shifted[rows, wanted])), slope / len(z)


def squared_error(z: Array, targets: Array) -> tuple[float, Array]:
    """The mean of the squared error of the one output, and its slope at z."""
    error = z - targets[:, None]
    return float(np.mean(error**2)), 2 * error / len(z)
