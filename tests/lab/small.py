"""A problem of one's own that trains in a blink, as a file: what the tests of the lab's machinery train."""

import os
import signal
import time

import torch
from torch import nn


def model():
    fuse = os.environ.get("RAVINE_TEST_FUSE", "")  # a network that ends its process, once, when there is a fuse
    if os.path.exists(fuse):  # noqa: PTH110
        os.unlink(fuse)  # noqa: PTH108
        os.kill(os.getpid(), signal.SIGKILL)
    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))


def loss(outputs, targets):
    time.sleep(float(os.environ.get("RAVINE_TEST_PAUSE", "0")))  # so that a study has a middle to stop in
    return nn.functional.cross_entropy(outputs, targets)


chance = torch.Generator().manual_seed(0)
x = torch.randn(160, 6, generator=chance)
y = (x @ torch.randn(6, 3, generator=chance)).argmax(1)
train, validation, test = (x[:80], y[:80]), (x[80:120], y[80:120]), (x[120:], y[120:])
batch_size = 20
