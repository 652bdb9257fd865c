"""One network in a plain training loop: what stacking does not speed up, or cannot run, is trained so."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from ravine.lab.engine.batches import Batches
from ravine.lab.engine.dead_units import DeadUnits, Shares
from ravine.lab.engine.evaluation import Seen, evaluate
from ravine.lab.engine.groups import factors, optimizer_of
from ravine.lab.engine.randomness import drawn, generator_of_masks, masks_of
from ravine.lab.problems.own.fresh import fresh_loss, fresh_network
from ravine.lab.problems.parts.objective import Outcome, called, outcome
from ravine.lab.problems.parts.split import Drawn, Split
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.store.configuration import Configuration
from ravine.lab.study.torch_optimizer import Book

EPOCHS = 1 << 32  # more than a run has: a seed's epochs have seeds of their own


class Alone:
    """A stack of one, without `torch.func`. Weights, batches and dropout are those that a slot of a stack gets."""

    def __init__(self, problem: Problem, data: Data, configuration: Configuration, rules: Book):
        self.problem, self.data, self.loop = problem, data, problem.loop
        self.device = data.train.first(1).device
        self.module = fresh_network(problem.model, configuration.seed).to(self.device)
        self.loss, self.own_step = fresh_loss(problem.loss), fresh_loss(problem.step)
        if any(isinstance(part, nn.Conv2d) for part in self.module.modules()):
            # A third off the time of a step on a processor; the type of `to` does not know that keyword alone.
            self.module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.batches = _batches(data, configuration, self.device)
        self.optimizer = optimizer_of(self.module, problem, configuration, rules[configuration.rule])
        self.parameters = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        self.rates = [group.get("lr", 0.0) for group in self.optimizer.param_groups]
        self.factors = factors(problem, configuration.schedule, configuration.steps)
        throwaway = fresh_network(problem.model, configuration.seed).to(self.device).train()
        with torch.no_grad():
            masks = masks_of(lambda: called(throwaway, data.train.first(self.batch_size(configuration)).inputs))
        self.masks = drawn(generator_of_masks(configuration.seed)) if masks else nullcontext()
        self.t = 0

    def step(self) -> Tensor:
        """Updates the network once, on its next batch or batches; the loss before that, (1,)."""
        self.module.train()
        self.stand("train")
        for parameter in self.parameters:
            parameter.grad = None
        total = torch.zeros((), device=self.device)
        for _ in range(self.loop.accumulate):
            with self.masks, self._precision():
                loss = outcome(self.module, self.loss, self.own_step, next(self.batches)).loss
            torch.autograd.backward(loss / self.loop.accumulate if self.loop.accumulate > 1 else loss)
            total = total + loss.detach() / self.loop.accumulate
        self.t += 1
        if self.factors is not None:
            for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
                group["lr"] = rate * float(self.factors[self.t - 1])
        if self.loop.max_grad_norm is not None:
            nn.utils.clip_grad_norm_(self.parameters, self.loop.max_grad_norm)
        self.optimizer.step()
        return total[None]

    def evaluate(self, split: Split | Drawn, slots: Sequence[int] | None = None) -> Seen:
        """Loss and metric over all of `split`."""
        self.module.eval()
        self.stand("eval")

        def seen(batch: Split, scored: bool) -> Outcome:
            with self._precision():
                found = outcome(self.module, self.loss, self.own_step, batch, scored)
            return Outcome(found.loss[None], None if found.scores is None else found.scores.float()[None])

        return evaluate(self.problem, split, 1, seen)

    def remember(self, slots: Sequence[int]) -> None:
        """What it holds now is its best, if it is among the slots."""
        if slots:
            self.best = {name: value.detach().clone() for name, value in self._held().items()}

    def evaluate_best(self, split: Split | Drawn, slots: Sequence[int]) -> Seen:
        """The same of what it held when it was best, which it holds from then on."""
        self.stand("eval")
        with torch.no_grad():
            for name, value in self._held().items():
                value.copy_(self.best[name])
        return self.evaluate(split)

    def dead_units(self, split: Split | Drawn, slots: Sequence[int]) -> Shares:
        """Which units of each layer are dead, (1, units); of no layer where this network cannot be asked."""
        with self._precision():
            return DeadUnits(self.module).alone(self._held(), split)

    def finite(self) -> Tensor:
        """(1,): whether every parameter is finite."""
        return torch.stack([parameter.isfinite().all() for parameter in self.parameters]).all()[None]

    def keep(self, slots: Sequence[int]) -> None:
        """There is nothing to leave out of one."""

    def batch_size(self, configuration: Configuration) -> int:
        """Of the first batch."""
        return min(configuration.batch_size, len(self.data.train))

    def stand(self, mode: str) -> None:
        """Has an optimizer that is evaluated elsewhere than it trains, Schedule-Free say, put the parameters there."""
        getattr(self.optimizer, mode, lambda: None)()

    def _held(self) -> dict[str, Tensor]:
        return {**dict(self.module.named_parameters()), **dict(self.module.named_buffers())}

    def _precision(self) -> AbstractContextManager[object]:
        if self.loop.autocast is None:
            return nullcontext()
        return torch.autocast(self.device.type, getattr(torch, self.loop.autocast))


def _batches(data: Data, configuration: Configuration, device: torch.device) -> Iterator[Split]:
    """The batches of a run, without an end: those of the examples in its seed's order, or what its loader draws."""
    if isinstance(data.train, Split):
        order = Batches(len(data.train), configuration.batch_size, [configuration.seed], device)
        while True:
            yield data.train.rows(order.next()[0])
    epoch = 0
    while True:
        epoch += 1
        yield from data.train.sized(configuration.batch_size).epoch(configuration.seed + epoch * EPOCHS)
