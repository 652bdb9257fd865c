"""Every thirtieth batch comes from a shard whose labels are off by one: the loss leaps, and comes down again."""

import torch
from torch.nn import functional

from tests.monitor.loop import perceptron, train

CAUSE = "loss_spikes"


def run():
    step = 0

    def loss(outputs, y):
        nonlocal step
        step += torch.is_grad_enabled()
        return functional.cross_entropy(outputs, (y + (step % 30 == 0)) % 10)

    return train(perceptron(32), loss=loss, every=45)
