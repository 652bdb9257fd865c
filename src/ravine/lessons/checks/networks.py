"""Checks of what surrounds the optimizer in a network: the start of its weights, and dropout."""

import numpy as np

from ravine.backends.numpy import Array

UNITS, LAYERS = 100, 10


def _chain(bound: float) -> tuple[Array, list[Array]]:
    """An input of (units,), and the weights of each layer, (units, units), drawn uniformly from ±bound."""
    random = np.random.default_rng(1)
    return random.standard_normal(UNITS), [random.uniform(-bound, bound, (UNITS, UNITS)) for _ in range(LAYERS)]


def _gradient_sizes(bound: float) -> list[float]:
    """The size of the loss's gradient at the output of each ReLU layer, the first layer first.

    The loss is the sum of the last outputs, weighted at random; biases are 0. Back-propagated by hand.
    """
    signal, weights = _chain(bound)
    alive = []
    for matrix in weights:
        signal = np.maximum(matrix @ signal, 0.0)
        alive.append(signal > 0)
    gradient: Array = np.random.default_rng(2).standard_normal(UNITS)
    sizes = [float(np.linalg.norm(gradient))]
    for matrix, on in zip(reversed(weights[1:]), reversed(alive[1:]), strict=True):
        gradient = matrix.T @ (gradient * on)
        sizes.insert(0, float(np.linalg.norm(gradient)))
    return sizes


def keeps_gradients(bound: float) -> bool:
    """Whether the first of ten ReLU layers of 100 units gets a gradient within a factor of 10 of the last one's."""
    first, *_, last = _gradient_sizes(bound)
    return last / 10 < first < last * 10


def mends_vanishing(activation: str, rule: str = "sgd", layers: int = 8) -> bool:
    """Whether the first layer's weights get a gradient within a factor of 10 of the last one's, with that activation.

    A net of 32 units a layer, with the start that matches the activation (Glorot's, or He's for ReLU), on random
    inputs. No rule changes what arrives, so `rule` only says which one the question is about.
    """
    random, width = np.random.default_rng(0), 32
    bound = np.sqrt(6 / width if activation == "relu" else 6 / (2 * width))
    weights = [random.uniform(-bound, bound, (width, width)) for _ in range(layers + 1)]
    signals, slopes = [random.random((width, 200))], []
    for matrix in weights:
        z = matrix @ signals[-1]
        on = 1 / (1 + np.exp(-z)) if activation == "sigmoid" else np.maximum(z, 0.0)
        signals.append(on)
        slopes.append(on * (1 - on) if activation == "sigmoid" else (z > 0).astype(float))
    gradient = random.standard_normal((width, 200)) / 200
    sizes = [np.linalg.norm(gradient @ signals[-2].T)]  # the last layer's outputs are taken as they are
    for layer in range(layers, 0, -1):
        gradient = (weights[layer].T @ gradient) * slopes[layer - 1]
        sizes.append(np.linalg.norm(gradient @ signals[layer - 1].T))
    return bool(sizes[0] / 10 < sizes[-1] < sizes[0] * 10)


def agrees_with_training(keep: float, scale: float, p: float = 0.3) -> bool:
    """Whether the test gives the next layer, without chance, the mean of what dropout with `p` gave it in training.

    In the test each unit stays on with probability `keep`, and those that are on are multiplied by `scale`.
    """
    random, units = np.random.default_rng(3), np.linspace(0.5, 2.0, 8)
    trained = (units * (random.random((40_000, 8)) >= p) / (1 - p)).mean(axis=0)
    tested = units * (random.random((100, 8)) < keep) * scale
    return bool(np.allclose(tested, trained, rtol=0.05))
