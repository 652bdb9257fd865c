"""Probabilities go to the loss that wants their logarithms: it is negative."""

from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "probabilities_as_logs"


def run():
    return train(nn.Sequential(*perceptron(32), nn.Softmax(1)), loss=nn.functional.nll_loss)
