"""A regression whose targets are ten thousand times what a network begins with."""

from torch import nn

from tests.monitor.loop import digits, perceptron, train

CAUSE = "target_scale"


def run():
    x, y, held_x, held_y = digits()
    data, held_out = (x, y[:, None] * 1e4), (held_x, held_y[:, None] * 1e4)
    return train(perceptron(32, outputs=1), loss=nn.functional.mse_loss, data=data, held_out=held_out)
