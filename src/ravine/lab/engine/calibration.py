"""How many networks of a problem to stack: tried out on this machine, in about a second."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ravine.lab.engine.agreement import configuration_of, difference
from ravine.lab.engine.alone import Alone
from ravine.lab.engine.device import chosen, clock, data_of, one_thread
from ravine.lab.engine.failure import failing
from ravine.lab.engine.stack import Stack
from ravine.lab.problems.parts.split import Drawn, Split
from ravine.lab.problems.problem import Data, Problem
from ravine.rules import Rule, rules

STACKS = {"cpu": (8, 32, 128, 256), "cuda": (32, 128, 512, 2048, 8192)}
RULE = "adam"
WORTH_IT = 1.5  # how much faster than alone a stack must be: it takes more memory, and all of its runs end at once
LARGER = 1.1  # how much faster than a smaller one
HOPE = 0.7  # a small stack that is slower than that share of the speed alone is no sign of a large one that gains
SHARE = 0.15  # of the budget, for each size
FEW, MANY = 4, 1000  # examples to look at

_known: dict[str, "Calibration"] = {}


@dataclass(frozen=True)
class Calibration:
    """How to train a problem on this machine.

    stack: networks in one pass; 1 where each is trained alone, and then `reason` says why.
    stackable: whether more than one could be.
    model_steps_per_second: updates of one network by one process on one thread, with Adam, without evaluation.
    look_seconds: that a look at all validation data takes one network of such a stack.
    run_seconds: what a run takes beside steps and looks: making it, its dead units, its looks at test data.
    tried: the speeds of smaller stacks, by size.
    waits: seconds by the clock for each of work: more than 1 on a machine that is busy with something else.
    """

    stack: int
    model_steps_per_second: float
    how: Literal["stacked", "alone"]
    reason: str | None = None
    stackable: bool = True
    look_seconds: float = 0.0
    run_seconds: float = 0.0
    tried: tuple[tuple[int, float], ...] = ()
    waits: float = 1.0

    def seconds(self, runs: int, steps: int, looks: int, workers: int = 1) -> float:
        """What training so many runs, of so many steps and looks in all, takes one process, one after the other."""
        size = max(1, min(self.stack, -(-runs // workers)))
        sizes, speeds = zip(*(*self.tried, (self.stack, self.model_steps_per_second)), strict=True)
        speed = float(np.interp(np.log(size), np.log(sizes), speeds))
        return (steps / speed + looks * self.look_seconds + runs * self.run_seconds) * self.waits


def calibrate(problem: Problem, budget_seconds: float = 1.0) -> Calibration:
    """Trains some steps alone, then in stacks that grow for as long as they gain. The same problem is tried once.

    It takes about the budget, and what PyTorch needs to load at its first step of a kind. RavineError for what the
    problem's own code raises.
    """
    fingerprint = problem.fingerprint()
    if fingerprint not in _known:
        began, worked = time.perf_counter(), time.process_time()
        with one_thread():
            found = _tried(problem, fingerprint, budget_seconds)
        waits = (time.perf_counter() - began) / max(time.process_time() - worked, 1e-9)
        on_cpu = chosen().type == "cpu"
        _known[fingerprint] = replace(found, waits=max(waits, 1.0) if on_cpu else 1.0)
    return _known[fingerprint]


def _tried(problem: Problem, fingerprint: str, budget: float) -> Calibration:
    data = data_of(problem, fingerprint)
    device = data.train.first(1).device
    now = clock(device)
    book: Mapping[str, Rule] = {RULE: rules[RULE]}
    with failing(problem, "training it"):
        apart = difference(problem, data)
        seconds = _step_time(Alone(problem, data, configuration_of(problem, RULE, 0), book).step, now, SHARE * budget)
        began = now()
        one = Alone(problem, data, configuration_of(problem, RULE, 0), book)
        made = now() - began
        look = _look_time(one, data.validation, now)

    def alone(reason: str, could_be_stacked: bool = True) -> Calibration:
        with failing(problem, "training it"):
            beside = made + _beside(one, data, 1, now)  # here, since torch.func takes a second to begin
        return Calibration(1, 1 / seconds, "alone", reason, could_be_stacked, look, beside)

    if apart is not None:
        return alone(f"it cannot be stacked: {apart}", False)
    best = Calibration(1, 1 / seconds, "alone", None, look_seconds=look)
    tried = [(1, 1 / seconds)]
    some = data.validation.first(FEW)
    for size in STACKS[device.type]:
        if 2 * size / best.model_steps_per_second > budget:
            break
        try:
            stack = Stack(problem, data, [configuration_of(problem, RULE, seed) for seed in range(size)], book)
            stack.evaluate(some)  # what can be trained in a stack may yet not be seen in one, such as an LSTM
            speed = size / _step_time(stack.step, now, SHARE * budget)
        except Exception as error:  # whatever torch.func cannot vectorise; alone it ran
            return alone(f"it cannot be stacked: {_reason(error)}", False)
        if speed > (LARGER if best.stack > 1 else WORTH_IT) * best.model_steps_per_second:
            look = _look_time(stack, data.validation, now) / size
            each = _beside(stack, data, size, now)  # a stack makes few networks, one a seed
            best = Calibration(size, speed, "stacked", look_seconds=look, run_seconds=each, tried=tuple(tried))
        elif size > STACKS[device.type][0] or speed * seconds < HOPE:  # the smallest may not yet pay for its overhead
            break
        tried.append((size, speed))
    return best if best.stack > 1 else alone("stacking gains too little, since a step keeps a core busy")


def _step_time(step: Callable[[], object], now: Callable[[], float], at_least: float) -> float:
    """Seconds that a step takes, not counting the first, which has things to load."""
    step()
    steps, began, ends = 0, now(), time.perf_counter() + at_least
    while not steps or time.perf_counter() < ends:
        step()
        steps += 1
    return (now() - began) / steps


def _look_time(networks: Alone | Stack, validation: Split | Drawn, now: Callable[[], float]) -> float:
    """Seconds that a look takes: at a part of the data, if there is much of it."""
    part = validation if isinstance(validation, Drawn) else validation.first(MANY)
    networks.evaluate(part)
    began = now()
    networks.evaluate(part)
    return (now() - began) * len(validation) / len(part)


def _beside(networks: Alone | Stack, data: Data, size: int, now: Callable[[], float]) -> float:
    """Seconds of each network for its dead units, before training and after it, and two looks at test data."""
    for _ in range(2):  # the first has things to load
        began = now()
        with suppress(Exception):  # whatever a network says to that, as in training
            networks.dead_units(data.validation, range(size))
        took = now() - began
    return 2 * (took + _look_time(networks, data.test, now)) / size


def _reason(error: Exception) -> str:
    if "random operation" in str(error):
        return "its network draws random numbers other than dropout's"
    return (str(error).strip() or type(error).__name__).splitlines()[0]
