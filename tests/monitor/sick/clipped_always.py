"""The gradient is clipped to a norm that it always has."""

import torch
from torch import nn

from tests.monitor.loop import perceptron, train

CAUSE = "clipping"


def run():
    model = perceptron(32)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    return train(model, optimizer, before_step=lambda: nn.utils.clip_grad_norm_(model.parameters(), 0.05))
