"""Softmax over the wrong axis, the examples, before cross_entropy."""

from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "softmax_across"


def run():
    return train(nn.Sequential(perceptron(32), nn.Softmax(dim=0)))
