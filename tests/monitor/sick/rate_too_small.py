"""Gradient descent at a rate of a hundred thousandth."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "step_too_small"


def run():
    model = perceptron(32)
    return train(model, torch.optim.SGD(model.parameters(), lr=1e-5))
