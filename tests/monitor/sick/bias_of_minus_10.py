"""The hidden layer's biases begin at -10."""

from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "dead_from_start"


def run():
    model = perceptron(32)
    nn.init.constant_(model[0].bias, -10)
    return train(model)
