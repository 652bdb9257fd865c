"""A regression with outputs (n, 1) and targets (n,)."""

import warnings

from torch import nn

from tests.monitor.loop import digits, perceptron, train

CAUSE = "crossed_shapes"


def run():
    x, y, held_x, held_y = digits()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own, which few read
        data, held_out = (x, y / 9), (held_x, held_y / 9)
        return train(perceptron(32, outputs=1), loss=nn.functional.mse_loss, data=data, held_out=held_out)
