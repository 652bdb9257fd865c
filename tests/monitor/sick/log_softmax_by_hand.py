"""The logarithm of a softmax by hand: it overflows once scores are large."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "nan_in_loss"


def run():
    model = perceptron(32)
    with torch.no_grad():
        model[2].weight.mul_(300)

    def loss(outputs, targets):
        exponentials = outputs.exp()
        return -(exponentials / exponentials.sum(1, keepdim=True)).log().gather(1, targets[:, None]).mean()

    return train(model, torch.optim.SGD(model.parameters(), lr=0.01), loss, steps=60)
