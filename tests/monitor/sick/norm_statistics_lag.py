"""Batch norm whose running averages take in a thousandth of each batch."""

from torch import nn

from tests.monitor.loop import train

CAUSE = "norm_lags"


def run():
    layers = nn.Linear(64, 32), nn.BatchNorm1d(32, momentum=0.001), nn.ReLU(), nn.Linear(32, 10)
    return train(nn.Sequential(*layers))
