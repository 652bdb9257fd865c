"""A recurrent network of 60 steps with ReLU, whose recurrent matrix has a spectral radius of 1.5."""

import torch
from torch import nn

from tests.monitor.loop import train

CAUSE = "exploding_gradients"


class Recurrent(nn.Module):
    def __init__(self, radius=1.5, width=64):
        super().__init__()
        self.rnn, self.last = nn.RNN(1, width, nonlinearity="relu", batch_first=True), nn.Linear(width, 2)
        with torch.no_grad():
            weights = self.rnn.weight_hh_l0.abs_()
            weights.mul_(radius / torch.linalg.eigvals(weights).abs().max())

    def forward(self, x):
        return self.last(self.rnn(x)[0][:, -1])


def run():
    x = torch.randn(160, 60, 1)
    y = (x[:, 0, 0] > 0).long()
    model = Recurrent()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    return train(model, optimizer, data=(x, y), held_out=(x[:50], y[:50]), steps=60, size=16)
