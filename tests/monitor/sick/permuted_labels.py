"""The labels were shuffled without their images."""

import torch

from tests.monitor.loop import digits, perceptron, train

CAUSE = "held_out_at_chance"


def run():
    x, y, _, _ = digits()
    return train(perceptron(64), data=(x, y[torch.randperm(len(y))]), steps=600)
