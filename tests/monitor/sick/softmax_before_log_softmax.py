"""A softmax, and then a log_softmax, before nll_loss."""

from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "softmax_twice"


def run():
    model = nn.Sequential(perceptron(32), nn.Softmax(-1), nn.LogSoftmax(-1))
    return train(model, loss=nn.functional.nll_loss)
