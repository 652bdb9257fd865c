"""A cosine over twenty epochs is stepped after each batch: it goes down and up all the time."""

import torch

from tests.monitor.loop import perceptron, train

CAUSE = "scheduler_per_batch"


def run():
    model = perceptron(32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20)
    return train(model, optimizer, after_step=scheduler.step)
