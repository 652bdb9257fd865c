"""The rate finder: a rate that rises from step to step, and where the loss falls fastest (Smith 2015, section 3.3).

The slope is by the logarithm of the rate: rates are even on that scale, and by the rate itself the small ones would
always win.
"""

import math
import warnings
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from ravine.lab.problems.check.found import Rates, Subject

LOWEST, HIGHEST, STEPS = 1e-6, 10.0, 90
SEEDS = (0, 1, 2)
SMOOTH = 0.8  # share of the running mean that is kept
BEYOND = 2.0  # times the lowest loss, where a sweep ends
LEAST_FALL = 0.05  # of the first loss: else there is no answer

RULES: dict[str, Callable[[list[nn.Parameter], float], torch.optim.Optimizer]] = {
    "sgd": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr),
    "adam": lambda parameters, lr: torch.optim.Adam(parameters, lr=lr),
}


def suggest(subject: Subject) -> list[Rates]:
    """For each rule the rates between which the loss falls, over a few seeds."""
    x, y = subject.splits["train"]
    found = []
    for rule, make in RULES.items():
        sweeps = []
        for seed in SEEDS:
            module, loss = subject.fresh(seed)
            order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
            full = torch.split(order[: len(x) - len(x) % subject.batch_size], subject.batch_size)
            sweeps.append(sweep(module, loss, [(x[some], y[some]) for some in full[:STEPS]], make, seed))
        answers = [answer for answer in map(between, sweeps) if answer is not None]
        if len(answers) * 2 <= len(SEEDS):
            found.append(Rates(rule, None, None))
        else:
            low, high = (_middle([answer[end] for answer in answers]) for end in (0, 1))
            found.append(Rates(rule, low, high))
    return found


def sweep(
    module: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    batches: Sequence[tuple[Tensor, Tensor]],
    make: Callable[[list[nn.Parameter], float], torch.optim.Optimizer],
    seed: int = 0,
) -> list[tuple[float, float]]:
    """(rate, loss before the step at it), until the loss leaves for good.

    Weights, buffers, gradients, modes and the random state are afterwards as they were, bit for bit; `batches` is read
    in order and not changed.
    """
    state = {name: value.clone() for name, value in module.state_dict().items()}
    grads = {name: None if p.grad is None else p.grad.clone() for name, p in module.named_parameters()}
    modes = {part: part.training for part in module.modules()}
    seen: list[tuple[float, float]] = []
    try:
        with torch.random.fork_rng(devices=()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.manual_seed(seed)
            module.train()
            optimizer = make([p for p in module.parameters() if p.requires_grad], LOWEST)
            lowest = math.inf
            for step in range(STEPS):
                rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1))
                for group in optimizer.param_groups:
                    group["lr"] = rate
                x, y = batches[step % len(batches)]
                value = loss(module(x), y)
                now = float(value.detach())
                if not math.isfinite(now) or now > 4 * BEYOND * max(lowest, 1e-12):
                    break
                lowest = min(lowest, now)
                seen.append((rate, now))
                optimizer.zero_grad()
                torch.autograd.backward(value)
                optimizer.step()
    finally:
        with torch.no_grad():
            for name, value in module.state_dict().items():
                value.copy_(state[name])
        for name, p in module.named_parameters():
            p.grad = grads[name]
        for part, training in modes.items():
            part.training = training
    return seen


def between(seen: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """From a tenth of the rate where the smoothed loss falls fastest, to a half of where it is lowest; or no answer."""
    if len(seen) < 10:
        return None
    smooth, mean = [], 0.0
    for step, (_, value) in enumerate(seen, start=1):
        mean = SMOOTH * mean + (1 - SMOOTH) * value
        smooth.append(mean / (1 - SMOOTH**step))
    lowest = min(range(len(smooth)), key=smooth.__getitem__)
    first = sum(value for _, value in seen[:10]) / 10
    if first - smooth[lowest] < LEAST_FALL * abs(first):
        return None
    slopes = [smooth[i + 1] - smooth[i - 1] for i in range(1, lowest)] or [0.0]  # even steps of the rate's logarithm
    steepest = 1 + min(range(len(slopes)), key=slopes.__getitem__)
    low, high = seen[steepest][0] / 10, seen[lowest][0] / 2
    return (low, high) if low < high else (low, seen[steepest][0])


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
