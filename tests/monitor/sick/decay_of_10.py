"""AdamW with a decay of 10: it learns, and forgets it as soon."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "heavy_decay"


def run():
    model = perceptron(32)
    return train(model, torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=10.0))
