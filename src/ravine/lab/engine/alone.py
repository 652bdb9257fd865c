"""One network in a plain training loop: what stacking does not speed up, or cannot run, is trained so."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from ravine.lab.engine.batches import Batches
from ravine.lab.engine.evaluation import Seen, evaluate
from ravine.lab.engine.randomness import drawn, generator_of_masks, masks_of
from ravine.lab.problems.own.fresh import fresh_loss, fresh_network
from ravine.lab.problems.problem import Data, Problem, Split
from ravine.lab.store.configuration import Configuration
from ravine.optim import from_rule
from ravine.rules import Rule
from ravine.schedules import parse_schedule


class Alone:
    """A stack of one, without `torch.func`. Weights, batches and dropout are those that a slot of a stack gets."""

    def __init__(self, problem: Problem, data: Data, configuration: Configuration, rules: Mapping[str, Rule]):
        self.problem, self.data = problem, data
        device = data.train.inputs.device
        self.module = fresh_network(problem.model, configuration.seed).to(device)
        self.loss = fresh_loss(problem.loss)
        if any(isinstance(part, nn.Conv2d) for part in self.module.modules()):
            # A third off the time of a step on a processor; the type of `to` does not know that keyword alone.
            self.module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.batches = Batches(len(data.train), configuration.batch_size, [configuration.seed], device)
        self.steps = configuration.steps
        settings: dict[str, Any] = dict(configuration.hyperparameters)
        self.lr = settings.get("lr", 0.0)
        scheduled = configuration.schedule != "constant"
        self.factors = parse_schedule(configuration.schedule).factors(self.steps) if scheduled else None
        self.parameters = [parameter for parameter in self.module.parameters() if parameter.requires_grad]
        self.optimizer = from_rule(rules[configuration.rule])(self.parameters, **settings)
        throwaway = fresh_network(problem.model, configuration.seed).to(device)
        with torch.no_grad():
            masks = masks_of(lambda: throwaway(data.train.inputs[: self.batches.size]))
        self.masks = drawn(generator_of_masks(configuration.seed)) if masks else nullcontext()
        self.t = 0

    def step(self) -> Tensor:
        """Updates the network once, on its next batch; the loss before that, (1,)."""
        (batch,) = self.batches.next()
        x, y = self.data.train.inputs[batch], self.data.train.targets[batch]
        self.module.train()
        with self.masks:
            outputs = self.module(x)
        loss = self.loss(outputs, y)
        for parameter in self.parameters:
            parameter.grad = None
        torch.autograd.backward(loss)
        self.t += 1
        if self.factors is not None:
            self.optimizer.param_groups[0]["lr"] = self.lr * float(self.factors[self.t - 1])
        self.optimizer.step()
        return loss.detach()[None]

    def evaluate(self, split: Split, slots: Sequence[int] | None = None) -> Seen:
        """Loss and metric over all of `split`."""
        self.module.eval()
        return evaluate(
            self.problem,
            split,
            1,
            lambda x: self.module(x)[None],
            lambda outputs, y: self.loss(outputs[0], y)[None],
        )

    def remember(self, slots: Sequence[int]) -> None:
        """What it holds now is its best, if it is among the slots."""
        if slots:
            self.best = {name: value.detach().clone() for name, value in self._held().items()}

    def evaluate_best(self, split: Split, slots: Sequence[int]) -> Seen:
        """The same of what it held when it was best, which it holds from then on."""
        with torch.no_grad():
            for name, value in self._held().items():
                value.copy_(self.best[name])
        return self.evaluate(split)

    def _held(self) -> dict[str, Tensor]:
        return {**dict(self.module.named_parameters()), **dict(self.module.named_buffers())}

    def finite(self) -> Tensor:
        """(1,): whether every parameter is finite."""
        return torch.stack([parameter.isfinite().all() for parameter in self.parameters]).all()[None]

    def keep(self, slots: Sequence[int]) -> None:
        """There is nothing to leave out of one."""
