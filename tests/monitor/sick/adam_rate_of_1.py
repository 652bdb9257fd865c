"""Adam at a rate of 1: the ReLUs die, and the loss stays at 2.30."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "step_too_big"


def run():
    model = perceptron(32)
    return train(model, torch.optim.Adam(model.parameters(), lr=1.0))
