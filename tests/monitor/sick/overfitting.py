"""Two hundred images, a wide network, many passes."""

import torch

from tests.monitor.loop import digits, perceptron, train

CAUSE = "overfitting"


def run():
    x, y, _, _ = digits()
    noisy = torch.where(torch.rand(200) < 0.2, torch.randint(0, 10, (200,)), y[:200])
    return train(perceptron(256, 256), data=(x[:200], noisy), steps=400)
