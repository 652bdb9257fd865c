"""Configurations and small problems that tests of the lab share."""

from dataclasses import replace

import torch

from ravine.lab.problems import Data, problems
from ravine.lab.problems.parts.split import Split
from ravine.lab.store.configuration import Configuration
from ravine.rules import rules

DIGITS = problems["digits"]


def configured(problem, rule, *, seed=0, steps=60, schedule="constant", evaluate_every=20, batch_size=None, **settings):
    """One run of `problem`; settings are the rule's hyperparameters."""
    return Configuration(
        problem=problem.name,
        problem_settings=tuple(sorted(problem.settings.items())),
        fingerprint=problem.fingerprint(),
        rule=rule,
        equation="",
        hyperparameters=tuple(sorted(rules[rule].settings(settings).items())),
        schedule=schedule,
        seed=seed,
        steps=steps,
        batch_size=batch_size or problem.batch_size,
        evaluate_every=evaluate_every,
    )


def in_double(problem, model=None):
    """The problem in float64, perhaps with another network: what differs then is more than rounding."""
    data = problem.data()

    def double(split):
        return Split(split.inputs.double(), split.targets)

    whole = Data(double(data.train), double(data.validation), double(data.test))
    made = model or problem.model
    name = f"{problem.name}-{made.__name__}-double"
    return replace(problem, name=name, model=lambda: made().double(), data=lambda: whole)


def plain_loop(problem, configuration, optimizer_of):
    """A tutorial's training loop with PyTorch's own optimizer, on the lab's initial weights and batches."""
    train = problem.data().train
    torch.manual_seed(configuration.seed)
    model = problem.model()
    optimizer = optimizer_of(model.parameters())
    generator = torch.Generator().manual_seed(configuration.seed)
    order = []
    for _ in range(configuration.steps):
        if not order:
            shuffled = torch.randperm(len(train), generator=generator)
            order = [
                batch for batch in shuffled.split(configuration.batch_size) if len(batch) == configuration.batch_size
            ]
        batch = order.pop(0)
        optimizer.zero_grad()
        problem.loss(model(train.inputs[batch]), train.targets[batch]).backward()
        optimizer.step()
    return model.eval()
