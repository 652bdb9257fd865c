"""The images are sorted by their digit, and never shuffled."""

from tests.monitor.loop import digits, perceptron, train

CAUSE = "sorted_data"


def run():
    x, y, _, _ = digits()
    order = y.argsort()
    return train(perceptron(32), data=(x[order], y[order]), shuffle=False)
