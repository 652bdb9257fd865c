"""A loss with the root of a distance, which becomes 0: the loss is finite, its gradient is not."""

import torch
from torch.nn import functional

from tests.monitor.loop import perceptron, train

CAUSE = "nan_in_gradient"


def run():
    model = perceptron(32)

    def loss(outputs, targets):
        distance = (outputs.relu() - functional.one_hot(targets, 10) * outputs.detach().relu()).pow(2).sum(1)
        return distance.sqrt().mean() + functional.cross_entropy(outputs, targets)

    def zeroed(outputs, targets):
        return loss(torch.where(targets[:, None] == 3, -outputs.abs(), outputs), targets)

    return train(model, loss=zeroed, steps=60)
