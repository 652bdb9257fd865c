"""Gradients are never set back to 0."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "unzeroed_gradients"


def run():
    model = perceptron(32)
    return train(model, torch.optim.SGD(model.parameters(), lr=0.05), zero=False)
