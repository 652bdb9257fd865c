"""Pixels that begin at a large number: what the images have in common drowns them."""

import torch

from tests.monitor.loop import digits, perceptron, train

CAUSE = "inputs_alike"


def run():
    x, y, held_x, held_y = digits()
    model = perceptron(32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return train(model, optimizer, data=(3 + x / 5, y), held_out=(3 + held_x / 5, held_y), steps=250)
