"""The lab's engine beside JAX: one core, `digits` (64-32-10, batches of 32), Adam, stacks of several sizes, in turns.

    python benchmarks/lab_jax.py
    python benchmarks/lab_jax.py --rounds 15 --networks 64 128 256

Both train the same network on the same data for as many steps, with batches of a new shuffle in each epoch; looks at
validation data, which JAX would have to be told of, are left out of both, and so is what compiles. Printed are the
medians of microseconds for a step of one network, of each at each size, then how long ours takes for each second of
JAX's, each at the size at which it is fastest. Where others use the machine too, look at the processor's time.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from statistics import median

import jax_digits
import torch
from lab import configurations, quick

from ravine.lab.engine.stack import Stack
from ravine.rules import rules

SIZES = (1, 16, 64, 128, 256)
Turn = Callable[[int], tuple[float, float]]

_stacks: dict[int, Stack] = {}


def ours(networks: int) -> tuple[float, float]:
    """The same turn of the lab's engine."""
    torch.set_num_threads(1)
    if networks not in _stacks:
        problem = quick("digits", "cpu")
        settings = tuple(sorted(rules["adam"].settings({"lr": 1e-3}).items()))
        members = configurations(problem, networks)
        alike = [replace(one, rule="adam", hyperparameters=settings, seed=n) for n, one in enumerate(members)]
        _stacks[networks] = Stack(problem, problem.data(), alike, rules)
        _stacks[networks].step()
    steps = jax_digits.EPOCHS * jax_digits.STEPS
    began, worked = time.perf_counter(), time.process_time()
    for _ in range(steps):
        _stacks[networks].step()
    each = networks * steps
    return 1e6 * (time.perf_counter() - began) / each, 1e6 * (time.process_time() - worked) / each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", type=int, default=SIZES)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    took: dict[str, dict[int, list[tuple[float, float]]]] = {"ravine": {}, "jax": {}}
    with (
        ProcessPoolExecutor(1, spawn, jax_digits.one_core) as theirs,
        ProcessPoolExecutor(1, spawn, jax_digits.one_core) as mine,
    ):
        pools: dict[str, tuple[ProcessPoolExecutor, Turn]] = {"ravine": (mine, ours), "jax": (theirs, jax_digits.turn)}
        for turns in range(chosen.rounds + 1):
            for size in chosen.networks:
                for name, (pool, turn) in pools.items():
                    found = pool.submit(turn, size).result()
                    if turns:  # the first is to warm up
                        took[name].setdefault(size, []).append(found)
    for measured, unit in enumerate(("by the clock", "of the processor")):
        print(f"microseconds {unit} for a step of one network, medians of {chosen.rounds} turns")
        best = {}
        for name, sizes in took.items():
            medians = {size: median(pair[measured] for pair in pairs) for size, pairs in sizes.items()}
            best[name] = min(medians, key=lambda size: medians[size])
            print(f"  {name:8}", ", ".join(f"{size}: {value:.1f}" for size, value in medians.items()))
        pairs = zip(took["ravine"][best["ravine"]], took["jax"][best["jax"]], strict=True)
        ratios = sorted(a[measured] / b[measured] for a, b in pairs)
        print(
            f"  ravine at {best['ravine']} takes {median(ratios):.2f} of the time of JAX at {best['jax']}"
            f" (from {ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    main()
