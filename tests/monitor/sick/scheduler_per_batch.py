"""A schedule made for ten epochs is stepped after each batch."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "scheduler_per_batch"


def run():
    model = perceptron(32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.1)
    return train(model, optimizer, after_step=scheduler.step)
