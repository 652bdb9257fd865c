"""Three passes at a low rate: it is still improving when they end."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "still_improving"


def run():
    model = perceptron(32)
    return train(model, torch.optim.SGD(model.parameters(), lr=0.05), steps=200, every=20)
