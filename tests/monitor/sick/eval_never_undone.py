"""After the first look at held-out data the model stays in evaluation mode."""

from torch import nn

from tests.monitor.loop import train

CAUSE = "evaluation_mode"


def run():
    model = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 10))
    return train(model, back=False)
