"""Held-out data is looked at in training mode."""

from torch import nn

from tests.monitor.loop import train

CAUSE = "training_mode"


def run():
    model = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 10))
    return train(model, evaluate=False)
