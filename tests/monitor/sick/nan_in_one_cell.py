"""One pixel of one image is NaN."""

from tests.monitor.loop import digits, perceptron, train

CAUSE = "nan_in_inputs"


def run():
    x, y, _, _ = digits()
    x = x.clone()
    x[700, 20] = float("nan")
    return train(perceptron(32), data=(x, y), steps=100)
