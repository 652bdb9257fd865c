"""The loop that the sick and the healthy trainings share, on digits; each says only what it does otherwise."""

from functools import cache

import torch
from torch import nn
from torch.nn import functional

import ravine
from ravine.lab.problems import problems


@cache
def digits():
    """Training and held-out images with their labels: (1077, 64), (1077,), (360, 64), (360,)."""
    data = problems["digits"].data()
    return data.train.inputs, data.train.targets, data.validation.inputs, data.validation.targets


def perceptron(*widths, activation=nn.ReLU, inputs=64, outputs=10):
    """PyTorch's own initial weights."""
    layers = []
    for a, b in zip((inputs, *widths), (*widths, outputs), strict=True):
        layers += [nn.Linear(a, b), activation()]
    return nn.Sequential(*layers[:-1])


def batches(x, y, size=32, shuffle=True):
    while True:
        order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
        yield from ((x[some], y[some]) for some in order[: len(x) - len(x) % size].split(size))


def train(
    model,
    optimizer=None,
    loss=functional.cross_entropy,
    *,
    data=None,
    held_out=None,
    steps=300,
    size=32,
    shuffle=True,
    every=33,
    before_step=lambda: None,
    after_step=lambda: None,
    evaluate=True,
    back=True,
    zero=True,
    log=True,
    watch_loss=False,
):
    """Trains and gives the monitor. data, held_out: (x, y); held-out data is looked at after `every` steps."""
    x, y, held_x, held_y = digits()
    data, held_out = data or (x, y), held_out or (held_x, held_y)
    if not isinstance(optimizer, torch.optim.Optimizer):
        optimizer = optimizer(model) if optimizer else torch.optim.Adam(model.parameters(), lr=3e-3)
    monitor = ravine.monitor(model, optimizer, loss=loss if watch_loss else None)
    given = batches(*data, size, shuffle)
    for step in range(1, steps + 1):
        inputs, targets = next(given)
        value = loss(model(inputs), targets)
        if zero:
            optimizer.zero_grad()
        value.backward()
        before_step()
        optimizer.step()
        after_step()
        if log:
            monitor.log(loss=value)
        if every and step % every == 0:
            look(model, monitor, loss, *held_out, evaluate, back, log)
    return monitor


def look(model, monitor, loss, x, y, evaluate=True, back=True, log=True):
    if evaluate:
        model.eval()
    with torch.no_grad():
        outputs = model(x)
        value = loss(outputs, y)
    if log:
        right = (outputs.argmax(1 if outputs.dim() > 2 else -1) == y).float().mean() if y.dtype == torch.int64 else None
        monitor.log(validation_loss=value, validation_accuracy=right)
    if back:
        model.train()
