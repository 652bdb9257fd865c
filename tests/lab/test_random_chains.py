"""Chains made at random train in a stack as each does alone, whichever way their passes are computed."""

import random
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional

from ravine.lab.engine.alone import Alone
from ravine.lab.engine.recognition import ELEMENTWISE
from ravine.lab.engine.stack import Stack
from ravine.lab.problems import Data
from ravine.lab.problems.parts.loop import Loop
from ravine.lab.problems.parts.split import Split
from ravine.rules import rules

from .configurations import DIGITS, configured

SIZES = (1, 2, 3, 7, 8, 9, 16, 17, 33)
STEPS = 4


def layers(chance, inputs, outputs, compilable):
    """Dense layers with or without biases, and what stands between them, as calls that make them."""
    made, sizes = [], [inputs, *[chance.choice(SIZES) for _ in range(chance.choice((0, 1, 1, 2)))], outputs]
    for deep, wide in pairwise(sizes):
        if made and chance.random() < 0.85:
            made.append(chance.choice((nn.ReLU, nn.LeakyReLU) if compilable else ELEMENTWISE))
        if made and not compilable and chance.random() < 0.3:
            made.append(partial(nn.Dropout, chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))))
        made.append(partial(nn.Linear, deep, wide, bias=chance.random() < 0.8))
    return made


def problem_of(chance, compilable):
    """In float32, of what machine code is for; or of everything, in float64."""
    inputs, outputs, examples = chance.choice((*SIZES, 64)), chance.choice((1, 2, 3, 11)), chance.choice((9, 41))
    generator = torch.Generator().manual_seed(chance.randrange(1000))
    kind = torch.float32 if compilable else torch.float64
    x = torch.randn(examples, inputs, generator=generator, dtype=kind) * chance.choice((1, 1, 100, 1e-3))
    numbers = torch.rand(examples, outputs, generator=generator, dtype=kind)
    classes = torch.randint(outputs, (examples,), generator=generator)
    loss, y = chance.choice(
        [(functional.cross_entropy, classes), (nn.CrossEntropyLoss(), classes)]
        + [(nn.MSELoss(), numbers), (functional.binary_cross_entropy_with_logits, numbers)] * (not compilable)
    )
    parts = layers(chance, inputs, outputs, compilable)
    whole = Split(x, y)
    data = Data(whole, Split(x[:7], y[:7]), whole)
    return replace(
        DIGITS,
        name=f"random {chance.random()}",
        model=lambda: nn.Sequential(*[part() for part in parts]).to(kind),
        data=lambda: data,
        loss=loss,
        batch_size=chance.choice((1, 3, 7, 8, 9, 32, 100)),
        metric="accuracy" if y is classes else "loss",
        loop=Loop(max_grad_norm=chance.choice((None, 0.1)), schedule=chance.choice((None, lambda t, steps: 1 / t))),
    )


def weights_of(module):
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])


@pytest.mark.parametrize("compilable", [True, False])
def test_a_slot_trains_as_its_network_does_alone(compilable):
    """Losses and weights over some steps, and what is seen of validation data, for rules, clipping and schedules."""
    ways = Counter()
    near = {"rtol": 1e-3, "atol": 1e-4} if compilable else {"rtol": 1e-8, "atol": 1e-10}
    for seed in range(5 if compilable else 16):
        chance = random.Random(seed)
        problem = problem_of(chance, compilable)
        rule, schedule = chance.choice(("sgd", "momentum", "nesterov")), chance.choice(("constant", "cosine"))
        chunk = [
            configured(problem, rule, lr=0.01 * (place + 1), seed=place // 2, steps=STEPS, schedule=schedule)
            for place in range(chance.choice((1, 2, 3)))
        ]
        stack = Stack(problem, problem.data(), chunk, rules)
        alone = [Alone(problem, problem.data(), one, rules) for one in chunk]
        ways[type(stack.passes).__name__] += 1
        said = f"problem {seed}: {stack.network.module}"
        for _ in range(STEPS):
            losses, expected = stack.step(), torch.cat([one.step() for one in alone])
            torch.testing.assert_close(losses, expected.to(losses), **near, msg=said)
        torch.testing.assert_close(
            stack.theta, torch.stack([weights_of(one.module) for one in alone]), **near, msg=said
        )
        for place, one in enumerate(alone):
            ours, theirs = stack.evaluate(problem.data().validation, [place]), one.evaluate(problem.data().validation)
            torch.testing.assert_close(ours, theirs, **near, msg=said)
    assert ways.keys() == {"Compiled" if compilable else "Chain"}
