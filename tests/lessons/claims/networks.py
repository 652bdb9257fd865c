"""What the tests of the lessons on networks share: trainings on digits by the page's own networks."""

import numpy as np

from ravine.networks import Recipe, Training
from ravine.networks.perceptron import forward, layers_of


def trained(steps, **facts):
    """A training on digits after so many steps."""
    return Training(Recipe(**{"data": "digits", "steps": 20_000, **facts})).train(steps)


def dead(training):
    """Of each hidden layer, which units are off for every example to train on."""
    layers = layers_of(training.parameters, training.recipe.sizes)
    way = forward(layers, training.activation, training.task.train[0])
    return [(z <= 0).all(axis=0) for z in way.sums[:-1]]


def percent(share):
    return f"{100 * float(np.mean(share)):.0f} %"
