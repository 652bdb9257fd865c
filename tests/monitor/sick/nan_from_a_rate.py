"""A regression at a rate that makes weights grow until they overflow."""

import torch
from torch import nn

from tests.monitor.loop import digits, perceptron, train

CAUSE = "nan_in_step"


def run():
    x, y, held_x, held_y = digits()
    model = perceptron(32, outputs=1)
    optimizer = torch.optim.SGD(model.parameters(), lr=50.0)
    data, held_out = (x, y.float()[:, None]), (held_x, held_y.float()[:, None])
    return train(model, optimizer, nn.functional.mse_loss, data=data, held_out=held_out, steps=60)
