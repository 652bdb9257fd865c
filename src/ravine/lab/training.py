"""Trains a stack to its end, looking at the validation data now and then, and writes down one run for each slot."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch

from ravine.lab.first_run import Run
from ravine.lab.problems import Data, Problem
from ravine.lab.stack import Slot, Stack
from ravine.rules import Rule


def evaluated_after(problem: Problem, n: int, epochs: int) -> tuple[int, ...]:
    """The steps after which validation data is looked at, from 0 to the last, with `n` examples to train on."""
    steps = epochs * (n // min(problem.batch_size, n))
    return (*range(0, steps, problem.evaluate_every), steps)


def train(
    problem: Problem,
    data: Data,
    rule: Rule,
    slots: Sequence[Slot],
    epochs: int,
    on_steps: Callable[[int], None] = lambda model_steps: None,
) -> list[Run]:
    """One run for each slot, in their order. `on_steps` hears, now and then, how many more model-steps are done."""
    stack = Stack(problem, data, rule, slots, epochs)
    finite = torch.ones(len(slots), dtype=torch.bool)
    looks = evaluated_after(problem, len(data.train), epochs)
    accuracies, losses = [], []
    for look in looks:
        taken = look - stack.t
        while stack.t < look:
            stack.step()
        accuracy, loss = stack.network.evaluate(stack.theta, data.validation)
        finite &= loss.isfinite() & stack.theta.isfinite().all(dim=1)
        accuracies.append(accuracy.where(finite, 0.0))
        losses.append(loss.where(finite, torch.inf))
        on_steps(taken * len(slots))
    diverged = ~finite | (losses[-1] > losses[0])
    test, _ = stack.network.evaluate(stack.theta, data.test)
    test = test.where(finite, 0.0)

    runs = []
    for k, slot in enumerate(slots):
        accuracy_of_slot = tuple(float(accuracy[k]) for accuracy in accuracies)
        reached = (look for look, value in zip(looks, accuracy_of_slot, strict=True) if value >= problem.target)
        runs.append(
            Run(
                optimizer=rule.name,
                lr=slot.lr,
                seed=slot.seed,
                validation_accuracy=accuracy_of_slot,
                validation_loss=tuple(float(loss[k]) for loss in losses),
                test_accuracy=float(test[k]),
                steps_to_target=next(reached, None),
                diverged=bool(diverged[k]),
            )
        )
    return runs


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread, for as long as this lasts: several only get in each other's way on small networks."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
