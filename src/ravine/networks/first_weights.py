"""The first parameters of a network: an initializer's sizes, with random numbers that a page can repeat."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ravine.backends.numpy import run
from ravine.initializers import initializers
from ravine.initializers.distribution import TRUNCATED
from ravine.networks.perceptron import count_parameters, layers_of
from ravine.networks.recipe import Recipe
from ravine.networks.threefry import Stream, normal, uniform

Array = NDArray[np.float64]

_AGAIN = 64  # where a stream's parts go on that are drawn for what was out of bounds


def first_weights(recipe: Recipe) -> Array:
    """All parameters: of each layer the weights, times `recipe.gain`, and the biases."""
    initializer = initializers[recipe.init]
    parameters = np.zeros(count_parameters(recipe.sizes))
    for number, layer in enumerate(layers_of(parameters, recipe.sizes)):
        fans = (layer.weights.shape[1], layer.weights.shape[0])
        weights = _draw(initializer.distribution.name, recipe.seed, 2 * number, layer.weights.size)
        layer.weights[:] = (recipe.gain * initializer.size(*fans) * weights).reshape(layer.weights.shape)
        if recipe.bias is None:
            biases = _draw(initializer.bias_distribution.name, recipe.seed, 2 * number + 1, layer.biases.size)
            names = {**initializer.parameters, "fan_in": float(fans[0]), "fan_out": float(fans[1])}
            layer.biases[:] = run(initializer.bias_equation, names)[0] * biases
        else:
            layer.biases[:] = recipe.bias
    return parameters


def _draw(distribution: str, seed: int, part: int, count: int) -> Array:
    return _DRAWS[distribution](seed, part, count)


def _truncated(seed: int, part: int, count: int) -> Array:
    """Normal numbers within 2 of 0, widened so that their deviation is 1."""
    drawn = normal(seed, Stream.WEIGHTS, part, count)
    while (out := np.abs(drawn) > 2).any():
        part += _AGAIN
        drawn[out] = normal(seed, Stream.WEIGHTS, part, count)[out]
    return drawn / TRUNCATED


# Numbers of size 1: seed, part of the stream of weights, how many.
_DRAWS: dict[str, Callable[[int, int, int], Array]] = {
    "uniform": lambda seed, part, count: 2 * uniform(seed, Stream.WEIGHTS, part, count) - 1,
    "normal": lambda seed, part, count: normal(seed, Stream.WEIGHTS, part, count),
    "truncated": _truncated,
    "signs": lambda seed, part, count: np.where(uniform(seed, Stream.WEIGHTS, part, count) < 0.5, -1.0, 1.0),
    "constant": lambda seed, part, count: np.ones(count),
}
