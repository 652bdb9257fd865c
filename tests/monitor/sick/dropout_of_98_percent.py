"""Someone took p for what dropout keeps."""

from torch import nn

from tests.monitor.loop import train

CAUSE = "heavy_dropout"


def run():
    return train(nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.98), nn.Linear(64, 10)))
