"""Can it learn 20 examples by heart? What cannot has a fault in the network, the loss or the labels."""

import warnings
from collections.abc import Iterator

import torch
from torch import nn

from ravine.lab.problems.check.found import Found, Subject
from ravine.monitor.layers import DROPOUTS

EXAMPLES, STEPS = 20, 300
RATES = (1e-2, 1e-3, 1e-4)
LEARNED = 0.1  # of the first loss


def check_by_heart(subject: Subject) -> Iterator[Found]:
    """Adam at a few rates, without dropout."""
    ends = []
    for rate in RATES:
        first, last, steps = _tried(subject, rate)
        if last <= LEARNED * abs(first):
            says = f"it learns {EXAMPLES} examples by heart: loss {first:.4g} to {last:.3g} in {steps} steps of Adam"
            yield Found("by heart", "fact", says)
            return
        ends.append((last, rate))
    last, rate = min(ends)
    says = f"it cannot learn {EXAMPLES} examples by heart: {STEPS} steps of Adam end at {last:.4g} (rate {rate:g})"
    yield Found("by heart", "wrong", says, "look for a layer without gradient, a softmax too many, labels that clash")


def _tried(subject: Subject, rate: float) -> tuple[float, float, int]:
    """First and last loss, and the steps taken."""
    module, loss = subject.fresh(0)
    x, y = (values[:EXAMPLES] for values in subject.splits["train"])
    for part in module.modules():
        if isinstance(part, DROPOUTS):
            part.p = 0.0
        elif isinstance(part, nn.RNNBase | nn.MultiheadAttention):
            part.dropout = 0.0
    optimizer = torch.optim.Adam([p for p in module.parameters() if p.requires_grad], lr=rate)
    first = last = float("inf")
    with torch.random.fork_rng(devices=()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        for step in range(STEPS):
            value = loss(module(x), y)
            last = float(value.detach())
            first = last if not step else first
            if last <= LEARNED * abs(first):
                return first, last, step
            optimizer.zero_grad()
            torch.autograd.backward(value)
            optimizer.step()
    return first, last, STEPS
