"""A label is drawn for each example anew at each step: there is nothing to learn."""

import torch
from torch.nn import functional

from tests.monitor.loop import perceptron, train

CAUSE = "stuck"


def loss(outputs, targets):
    return functional.cross_entropy(outputs, torch.randint(0, 10, targets.shape))


def run():
    model = perceptron(32)
    return train(model, torch.optim.SGD(model.parameters(), lr=0.05), loss, every=0)
