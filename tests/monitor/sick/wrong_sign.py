"""Minus the cross-entropy: what was to be large is a reward, and this is none."""

from torch.nn import functional

from tests.monitor.loop import perceptron, train

CAUSE = "wrong_sign"


def run():
    return train(perceptron(32), loss=lambda scores, labels: -functional.cross_entropy(scores, labels))
