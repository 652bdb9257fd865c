"""A loss with parameters of its own (centres of the classes), which the optimizer was not given."""

import torch
from torch import nn
from torch.nn import functional

from tests.monitor.loop import perceptron, train

CAUSE = "outside_optimizer"


class Centres(nn.Module):
    def __init__(self):
        super().__init__()
        self.centres = nn.Parameter(torch.randn(10, 16))

    def forward(self, outputs, targets):
        return functional.cross_entropy(-torch.cdist(outputs, self.centres), targets)


def run():
    return train(perceptron(32, outputs=16), loss=Centres(), every=0)
