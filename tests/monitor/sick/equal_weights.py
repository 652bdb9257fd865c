"""Every weight begins at 0.1."""

from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "equal_weights"


def run():
    model = perceptron(32)
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.1)
    return train(model)
