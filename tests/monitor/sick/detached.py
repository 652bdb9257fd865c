"""The second half of the network gets what the first gave, detached."""

import torch
from torch import nn

from tests.monitor.loop import train

CAUSE = "no_gradient"


class Detached(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(64, 32), nn.Linear(32, 10)

    def forward(self, x):
        return self.last(torch.relu(self.first(x)).detach())


def run():
    return train(Detached())
