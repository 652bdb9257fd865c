"""Ten hidden layers of sigmoids."""

import torch
from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "vanishing_gradients"


def run():
    model = perceptron(*[32] * 10, activation=nn.Sigmoid)
    return train(model, torch.optim.SGD(model.parameters(), lr=0.1))
