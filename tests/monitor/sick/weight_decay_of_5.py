"""Weight decay of 5, in the loss, with plain descent."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "shrinking_weights"


def run():
    model = perceptron(32)
    return train(model, torch.optim.SGD(model.parameters(), lr=0.05, weight_decay=5.0))
