"""Checks of units: which are dead, what wakes them, and which are alike."""

import numpy as np

from ravine.activations import activations
from ravine.networks import Recipe, Training
from ravine.networks.perceptron import layers_of


def passes_at(activation: str, z: float, least: float) -> bool:
    """Whether the activation's slope at z is at least so large, in size."""
    return abs(float(activations[activation].slope(z))) >= least


def wakes(activation: str = "relu", rule: str = "sgd", lr: float = 0.1, steps: int = 300) -> bool:
    """Whether hidden units whose biases begin at -10 learn: their weights move, and digits get told apart."""
    recipe = Recipe(
        data="digits", examples=200, widths=(32,), activation=activation, init="dead_bias", rule=rule,
        settings={"lr": lr}, steps=steps,
    )  # fmt: skip
    training = Training(recipe)
    before = training.parameters.copy()
    moved = not np.array_equal(training.train(steps).parameters[: 65 * 32], before[: 65 * 32])
    return moved and training.score().accuracy > 0.5


def different_units(init: str, width: int = 32, steps: int = 200) -> float:
    """How many different units a hidden layer has after training on digits, weights compared to nine digits."""
    recipe = Recipe(data="digits", examples=200, widths=(int(width),), activation="tanh", init=init, steps=steps)
    training = Training(recipe).train(steps)
    weights = layers_of(training.parameters, recipe.sizes)[0].weights
    return float(len(np.unique(weights.round(9), axis=0)))
