"""What `ravine.monitor` costs: steps of plain PyTorch loops with and without it, in turns of one run.

    python benchmarks/monitor.py                    mnist-mlp and mnist-cnn, at the default interval
    python benchmarks/monitor.py --steps 100 --rounds 5
    python benchmarks/monitor.py --memory           what it holds after 100, 1000 and 10,000 steps on digits

Two copies of a problem's network train side by side, each a stretch at a time; a ratio is made of neighbouring
stretches, and what counts is its median. The first 1000 steps are left out, in which the monitor looks often.
"""

import argparse
import gc
import sys
import time
from statistics import median
from types import FunctionType, ModuleType

import torch

import ravine
from ravine.lab.problems import problems

WARM = 1000  # steps that are counted as taken before anything is timed


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--problems", nargs="*", default=["mnist-mlp", "mnist-cnn"])
    options.add_argument("--steps", type=int, default=100)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--memory", action="store_true")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    if chosen.memory:
        memory()
        return
    for name in chosen.problems:
        ratios = compare(name, chosen.steps, chosen.rounds)
        low, high = min(ratios), max(ratios)
        print(f"{name}: {median(ratios) - 1:+.1%} a step, median of {len(ratios)} ({low - 1:+.1%} to {high - 1:+.1%})")


def compare(name: str, steps: int, rounds: int) -> list[float]:
    """For each round, processor time of a watched stretch over that of one that is not."""
    problem = problems[name]
    train = problem.data().train
    plain, watched = (stretch(problem, train) for _ in range(2))
    monitor = ravine.monitor(watched.model, watched.optimizer)
    monitor._hooks.steps = WARM
    monitor._hooks.interval.next = WARM + 1
    for one in (plain, watched):
        one(steps)
    ratios = []
    for _ in range(rounds):
        before = plain(steps)
        ratios.append(watched(steps) / before)
    return ratios


def memory() -> None:
    """Bytes that hang on a monitor and on nothing else, beside those of the parameters that it watches."""
    problem = problems["digits"]
    training = stretch(problem, problem.data().train)
    monitor = ravine.monitor(training.model, training.optimizer)
    others = {id(one) for one in gc.get_objects()} | {id(p) for p in training.model.parameters()}
    weights = sum(p.nbytes for p in training.model.parameters())
    done = 0
    for steps in (100, 1000, 10_000):
        training(steps - done)
        done = steps
        looks, kept = len(monitor._hooks.history.looks), held(monitor, others)
        print(f"{steps:6,} steps, {looks:3} looks kept: {kept / 1024:.0f} KB, weights {weights / 1024:.0f} KB")


def held(monitor, others) -> int:
    """What can be reached from its hooks and was not there before the first step."""
    seen, ahead, total = set(), list(vars(monitor._hooks).values()), 0
    while ahead:
        one = ahead.pop()
        if id(one) in seen or isinstance(
            one, torch.nn.Module | torch.optim.Optimizer | type | FunctionType | ModuleType
        ):
            continue
        seen.add(id(one))
        if id(one) not in others:
            total += sys.getsizeof(one) + (one.nbytes if isinstance(one, torch.Tensor) else 0)
        if not isinstance(one, torch.Tensor):
            ahead.extend(gc.get_referents(one))
    return total


class stretch:  # noqa: N801 - it is called like a function
    """A training that goes on for so many steps whenever it is called; gives the seconds of processor time."""

    def __init__(self, problem, train):
        torch.manual_seed(0)
        self.problem, self.train, self.model = problem, train, problem.model()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01)

    def __call__(self, steps: int) -> float:
        began = time.process_time()
        for _ in range(steps):
            some = torch.randint(0, len(self.train), (self.problem.batch_size,))
            loss = self.problem.loss(self.model(self.train.inputs[some]), self.train.targets[some])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        return time.process_time() - began


if __name__ == "__main__":
    main()
