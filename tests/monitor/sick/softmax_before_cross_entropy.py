"""The network ends in a softmax, and the loss applies another: 1.461 is its floor."""

from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "softmax_twice"


def run():
    return train(nn.Sequential(*perceptron(32), nn.Softmax(1)))
