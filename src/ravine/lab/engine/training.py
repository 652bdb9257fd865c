"""Trains a chunk of configurations to its end, looking at the validation data now and then."""

import math
import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import torch
from torch import Tensor

from ravine.lab.engine.alone import Alone
from ravine.lab.engine.device import data_of, one_thread
from ravine.lab.engine.evaluation import Seen
from ravine.lab.engine.failure import TrainingError, failing
from ravine.lab.engine.record import Dead, Record
from ravine.lab.engine.stack import Stack
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.lab.study.torch_optimizer import Book
from ravine.rules import Rule, rules

OFTEN = 0.2  # seconds between two reports of progress

OnSteps = Callable[[int], None]


def train_chunk(
    problem: Problem,
    chunk: Sequence[Configuration],
    on_steps: OnSteps = lambda model_steps: None,
    own_rules: Book | None = None,
) -> list[Run]:
    """One run for each configuration, in their order: stacked if there are several, alone if there is one.

    The configurations are the problem's, of the same steps, batch size and looks, those of one rule side by side
    (`chunks` makes them so). `on_steps` hears, several times a second, how many more model-steps are done. own_rules:
    those that are not in the book of rules, by name. Torch runs on one thread for as long as this lasts.
    A run whose network or loss raises something is recorded as failed. Of a stack in which one does, each is trained
    alone: so it is found out which.
    """
    book = {name: (own_rules or {}).get(name) or _in_the_book(name) for name in {c.rule for c in chunk}}
    data = data_of(problem, chunk[0].fingerprint)
    problem = problem.with_arguments(dict(chunk[0].arguments))
    progress = _Progress(on_steps)
    with one_thread():
        if len(chunk) > 1:
            try:
                return _stacked(problem, data, chunk, book, progress)
            except TrainingError:
                progress.take_back()
        return [_alone(problem, data, one, book, progress) for one in chunk]


def _stacked(
    problem: Problem,
    data: Data,
    chunk: Sequence[Configuration],
    book: Book,
    progress: "_Progress",
) -> list[Run]:
    records = [_record(problem, one, f"stacked {len(chunk)}") for one in chunk]
    with failing(problem, "making its networks"):
        stack = Stack(problem, data, chunk, book)
    _train(stack, problem, data, records, progress)
    return [record.run() for record in records]


def _alone(
    problem: Problem,
    data: Data,
    configuration: Configuration,
    book: Book,
    progress: "_Progress",
) -> Run:
    record = _record(problem, configuration, "alone")
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(configuration.seed)  # for what is random in the network and is no dropout
        try:
            with failing(problem, "making its network"):
                alone = Alone(problem, data, configuration, book)
            _train(alone, problem, data, [record], progress)
        except TrainingError as failure:
            record.failed = str(failure)
            progress.flush()
    return record.run()


def _record(problem: Problem, configuration: Configuration, how: str) -> Record:
    return Record(configuration, problem.metric, how)


def _train(
    networks: Stack | Alone, problem: Problem, data: Data, records: Sequence[Record], progress: "_Progress"
) -> None:
    """Trains the networks to the end of their budget, which they share, and puts what is seen into their records."""
    steps, looks = records[0].configuration.last, records[0].configuration.looks
    left = list(records)  # whose networks are still trained, in the order of `networks`
    started = time.perf_counter()
    with failing(problem, "evaluating it on validation data"):
        seen = networks.evaluate(data.validation)
    _see_units_at_first(networks, data, left)
    networks.remember(range(len(left)))
    for before, after in pairwise(looks):
        if not left:
            break
        total = torch.zeros(len(left), dtype=torch.float64, device=seen.loss.device)
        for t in range(before, after):
            with failing(problem, f"step {t + 1} of training"):
                loss = networks.step()
            if t == 0:
                _see(left, loss, seen)
            total += loss
            progress.add(len(left))
        with failing(problem, "evaluating it on validation data"):
            seen = networks.evaluate(data.validation)
        finite = (networks.finite() & seen.loss.isfinite()).tolist()
        now = time.perf_counter()
        for record in left:
            record.seconds += (now - started) / len(left)
        started = now
        if not all(finite):
            left, slots = _leave(networks, problem, data, left, [not well for well in finite])
            total, seen = total[slots], Seen(seen.loss[slots], seen.metric[slots])
            progress.add((len(finite) - len(left)) * (steps - after))
        networks.remember(_see(left, total / (after - before), seen))
        idle = [record.out_of_patience for record in left]
        if any(idle) and after < steps:
            for record, at_rest in zip(left, idle, strict=True):
                record.stopped = at_rest
            left, _ = _leave(networks, problem, data, left, idle)
            progress.add((len(idle) - len(left)) * (steps - after))
    _leave(networks, problem, data, left, [True] * len(left))
    progress.flush()


def _see(records: Sequence[Record], train_loss: Tensor, seen: Seen) -> list[int]:
    """Adds a look to each; the slots of those whose best it is."""
    values = zip(records, train_loss.tolist(), seen.loss.tolist(), seen.metric.tolist(), strict=True)
    return [slot for slot, (record, *value) in enumerate(values) if record.see(*value)]


def _leave(
    networks: Stack | Alone, problem: Problem, data: Data, records: Sequence[Record], leaving: Sequence[bool]
) -> tuple[list[Record], list[int]]:
    """Looks at test data for those that leave, at their end and at their best; the records and slots of the others.

    What is no longer finite counts as lost.
    """
    gone = [slot for slot, leaves in enumerate(leaving) if leaves]
    stays = [slot for slot, leaves in enumerate(leaving) if not leaves]
    well = networks.finite().tolist()
    ends = [slot for slot in gone if well[slot]]
    for slot, dead in zip(ends, _dead_units(networks, data, ends), strict=True):
        records[slot].dead_at_last = dead
    if gone:
        with failing(problem, "evaluating it on test data"):
            at_end = networks.evaluate(data.test, gone)
            ended = all(well[slot] and records[slot].best + 1 == len(records[slot].validation_loss) for slot in gone)
            at_best = at_end if ended else networks.evaluate_best(data.test, gone)
        for place, slot in enumerate(gone):
            records[slot].test = _finite(at_end, place, problem)
            records[slot].best_test = _finite(at_best, place, problem)
    if gone and stays:
        networks.keep(stays)
    return [records[slot] for slot in stays], stays


def _see_units_at_first(networks: Stack | Alone, data: Data, records: Sequence[Record]) -> None:
    """Before training networks of one seed are one."""
    slots = {record.configuration.seed: slot for slot, record in enumerate(records)}
    dead = dict(zip(slots, _dead_units(networks, data, [*slots.values()]), strict=True))
    for record in records:
        record.dead_at_first = dead[record.configuration.seed]


def _dead_units(networks: Stack | Alone, data: Data, slots: Sequence[int]) -> list[Dead | None]:
    """Of each slot; None where the network cannot be asked: no training shall end for that."""
    if not slots:
        return []
    try:
        found = networks.dead_units(data.validation, slots)
    except Exception:  # whatever a user's network says to being copied, hooked and differentiated
        return [None] * len(slots)
    counts = {title: (units.shape[1], units.sum(1).tolist()) for title, units in found.items()}
    return [{title: (units, dead[place]) for title, (units, dead) in counts.items()} for place in range(len(slots))]


def _finite(seen: Seen, slot: int, problem: Problem) -> tuple[float, float]:
    loss, metric = float(seen.loss[slot]), float(seen.metric[slot])
    return (loss, metric) if math.isfinite(loss) and math.isfinite(metric) else (math.inf, problem.metric.worst)


@cache
def _in_the_book(name: str) -> Rule:
    return rules[name]  # kept: weight decay makes a new rule each time, and kernels are compiled for a rule


class _Progress:
    """Passes counts on, but not more often than anybody can see."""

    def __init__(self, on_steps: OnSteps):
        self.on_steps, self.steps, self.heard = on_steps, 0, time.perf_counter()
        self.told = 0

    def add(self, steps: int) -> None:
        self.steps += steps
        if time.perf_counter() - self.heard > OFTEN:
            self.flush()

    def flush(self) -> None:
        self.on_steps(self.steps)
        self.told += self.steps
        self.steps, self.heard = 0, time.perf_counter()

    def take_back(self) -> None:
        """What was done so far is done again."""
        self.steps = -self.told
        self.flush()
