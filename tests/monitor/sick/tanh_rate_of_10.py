"""Gradient descent at a rate of 10: tanh saturates, and all outputs are the same."""

import torch
from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "step_too_big"


def run():
    model = perceptron(32, 32, activation=nn.Tanh)
    return train(model, torch.optim.SGD(model.parameters(), lr=10.0))
