"""Speed of the lab's engine, against plain PyTorch training loops over the same configurations, in turns of one run.

    python benchmarks/lab.py                       model-steps per second, and ratios, on three problems
    python benchmarks/lab.py --problems digits --rounds 9
    python benchmarks/lab.py --device cuda         everything on a GPU

A model-step is one update of one network. The contestants, each the way it uses two cores best:

    ravine    two processes, one thread each (on a GPU one): stacks, or networks alone, as the calibration finds
    plain     one process, PyTorch's default threads, DataLoader(shuffle=True), torch.optim
    tensors   the same loop in two processes, one thread each, batches picked from tensors by index

All train the same networks with SGD, momentum, RMSprop and Adam, from several seeds and at several rates. They take
turns; a ratio is made of neighbouring turns, and what counts is its median. Looks at validation data, which cost all
the same, are left out, as are starting processes and reading data. Where others use the machine too, time says little;
the same ratios of processor time are disturbed less (they do not credit anybody with using a second core).
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from itertools import cycle, islice, product
from statistics import median

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from ravine.lab.engine import calibrate, train_chunk
from ravine.lab.problems import Data, Problem, problems
from ravine.lab.problems.parts.split import Split
from ravine.lab.store.configuration import Configuration
from ravine.rules import rules

# Each rule with what PyTorch calls it.
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "momentum": lambda parameters, lr: torch.optim.SGD(parameters, lr, momentum=0.9),
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
}
RATES = (1e-4, 3e-4, 1e-3, 3e-3)
STEPS = {"digits": 66, "mnist-mlp": 120, "mnist-cnn": 60}  # of one network, in a turn: a real budget is thousands
PEERS = 4  # networks that a process trains one after the other in a turn
GLIMPSE = 10  # validation and test examples

Work = tuple[str, str, tuple[Configuration, ...]]


def few_looked_at(data: Data) -> Data:
    def first(split: Split) -> Split:
        return Split(split.inputs[:GLIMPSE], split.targets[:GLIMPSE])

    return Data(data.train, first(data.validation), first(data.test))


def quick(name: str, device: str) -> Problem:
    """The problem, with next to nothing to evaluate; its data is read once in a process, and lies on the device."""
    os.environ["RAVINE_DEVICE"] = device
    if name not in _read:
        data = few_looked_at(problems[name].data())
        splits = (data.train, data.validation, data.test)
        _read[name] = Data(*(Split(s.inputs.to(device), s.targets.to(device)) for s in splits))
    return replace(problems[name], data=lambda: _read[name])


_read: dict[str, Data] = {}


def configurations(problem: Problem, count: int) -> tuple[Configuration, ...]:
    """`count` of them, those of one rule side by side, from as many seeds as it takes."""
    each = -(-count // len(OPTIMIZERS))
    settings = [(name, lr, seed) for name in OPTIMIZERS for seed, lr in islice(product(range(count), RATES), each)]
    return tuple(
        Configuration(
            problem=problem.name,
            problem_settings=(),
            fingerprint=problem.name,
            rule=name,
            equation="",
            hyperparameters=tuple(sorted(rules[name].settings({"lr": lr}).items())),
            schedule="constant",
            seed=seed,
            steps=STEPS[problem.name],
            batch_size=problem.batch_size,
            evaluate_every=STEPS[problem.name],
        )
        for name, lr, seed in settings[:count]
    )


def ravine(work: Work) -> None:
    """Trains as the lab does."""
    name, device, chunk = work
    train_chunk(quick(name, device), chunk)


def plain(work: Work) -> None:
    """As in a tutorial."""
    name, device, chunk = work
    problem = quick(name, device)
    train = problem.data().train
    examples = TensorDataset(train.inputs.cpu(), train.targets.cpu())
    for one in chunk:
        torch.manual_seed(one.seed)
        loader = DataLoader(examples, batch_size=one.batch_size, shuffle=True, drop_last=True)
        endless = (batch for _ in cycle([None]) for batch in loader)
        batches = ((x.to(device), y.to(device)) for x, y in endless)
        loop(problem, one, islice(batches, one.steps), device)


def tensors(work: Work) -> None:
    """The same loop without a DataLoader."""
    name, device, chunk = work
    torch.set_num_threads(1)
    problem = quick(name, device)
    train = problem.data().train
    for one in chunk:
        torch.manual_seed(one.seed)
        loop(problem, one, islice(picked(train, one.batch_size), one.steps), device)


def picked(train: Split, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        order = torch.randperm(len(train), device=train.inputs.device)
        for first in range(0, len(train) - size + 1, size):
            batch = order[first : first + size]
            yield train.inputs[batch], train.targets[batch]


def loop(problem: Problem, one: Configuration, batches: Iterator[tuple[Tensor, Tensor]], device: str) -> nn.Module:
    model = problem.model().to(device)
    optimizer = OPTIMIZERS[one.rule](model.parameters(), lr=dict(one.hyperparameters)["lr"])
    model.train()
    for x, y in batches:
        optimizer.zero_grad()
        problem.loss(model(x), y).backward()
        optimizer.step()
    return model


def timed(train: Callable[[Work], None], work: Work) -> float:
    """The processor seconds that the work takes, of all threads, until the device is done with it."""
    began = time.process_time()
    train(work)
    if work[1] == "cuda":
        torch.cuda.synchronize()
    return time.process_time() - began


def turn(pool: Executor, train: Callable[[Work], None], works: list[Work]) -> tuple[float, float]:
    """Model-steps per second of a contestant's turn, and per processor second."""
    began = time.perf_counter()
    busy = sum(pool.map(timed, [train] * len(works), works))
    steps = sum(len(chunk) * STEPS[name] for name, _, chunk in works)
    return steps / (time.perf_counter() - began), steps / busy


def contest(name: str, device: str, rounds: int, both: Executor, one: Executor) -> None:
    """Prints the speeds of all on one problem, and the ratios."""
    problem = quick(name, device)
    found = calibrate(problem)
    if found.stack > 1:
        ours = [(name, device, configurations(problem, found.stack))] * (1 if device == "cuda" else 2)
    else:
        ours = [(name, device, (single,)) for single in configurations(problem, 2 * PEERS)]
    few = configurations(problem, PEERS)
    contestants: dict[str, Callable[[], tuple[float, float]]] = {
        "ravine": lambda: turn(both, ravine, ours),
        "plain": lambda: turn(one, plain, [(name, device, few)]),
        "tensors": lambda: turn(both, tensors, [(name, device, few)] * 2),
    }
    for warm in contestants.values():
        warm()
    speeds: dict[str, list[tuple[float, float]]] = {contestant: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant, take in contestants.items():
            speeds[contestant].append(take())
    print(f"\n{name}, {f'stacks of {found.stack}' if found.stack > 1 else 'each alone'}; {rounds} turns")
    for measured, unit in enumerate(("second", "processor second")):
        of = {contestant: [pair[measured] for pair in pairs] for contestant, pairs in speeds.items()}
        print(f"  model-steps per {unit}:", ", ".join(f"{n} {median(values):,.0f}" for n, values in of.items()))
        for peer in ("plain", "tensors"):
            ratios = sorted(a / b for a, b in zip(of["ravine"], of[peer], strict=True))
            print(
                f"    against {peer:8}{median(ratios):6.2f}×   (from {ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args()
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads by default, {chosen.device}")
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, spawn) as both, ProcessPoolExecutor(1, spawn) as one:
        for name in chosen.problems:
            contest(name, chosen.device, chosen.rounds, both, one)


if __name__ == "__main__":
    main()
