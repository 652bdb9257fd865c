"""Network and loss: tried on a few batches, watched by the monitor."""

import math
import warnings
from collections.abc import Iterator

import torch

from ravine.lab.problems.check.found import Found, Subject
from ravine.lab.problems.check.once import check_once
from ravine.monitor.layers import BATCH_NORMS, DROPOUTS, depends_on_mode
from ravine.monitor.monitor import Monitor

STEPS = 40
RATE = 1e-3
# What so short a training can tell; the rest of the symptoms are of long ones.
TELLING = (
    *("softmax_twice", "probabilities_as_logs", "crossed_shapes", "plain_list", "outside_optimizer", "input_scale"),
    *("target_scale", "dead_from_start", "equal_weights", "vanishing_gradients", "exploding_gradients", "first_loss"),
    *("no_gradient", "softmax_across", "wrong_sign"),
    *("constant_inputs", "nan_in_inputs", "nan_in_forward", "nan_in_loss", "nan_in_gradient", "nan_in_step"),
)


def check_network(subject: Subject) -> Iterator[Found]:
    (module, _), (x, _) = subject.fresh(0), subject.splits["train"]
    at_once = list(check_once(subject))
    yield from at_once
    if len(x) % subject.batch_size == 1 and any(isinstance(part, BATCH_NORMS) for part in module.modules()):
        says = f"{len(x):,} examples in batches of {subject.batch_size} leave one of 1, which batch norm refuses"
        yield Found("last batch", "look", says, "drop_last=True, or another batch size")
    if depends_on_mode(module):
        kinds = sorted({type(part).__name__ for part in module.modules() if isinstance(part, (BATCH_NORMS, DROPOUTS))})
        yield Found("modes", "fact", f"training and evaluation differ ({', '.join(kinds)})")
    losses, said = _watched(subject)
    known = {one.name for one in at_once}
    if known & {"loss parameters", "plain list"}:
        known.add("outside optimizer")  # they are
    yield from (one for one in said if one.name not in known)
    if not _same(losses, _watched(subject)[0]):
        says = "two trainings from one seed differ: something draws numbers that torch.manual_seed does not reach"
        yield Found("randomness", "wrong", says, "draw with torch, without a generator of your own, NumPy or random")


def _watched(subject: Subject) -> tuple[list[float], list[Found]]:
    """The losses of a short training, and what its monitor says."""
    module, loss = subject.fresh(0)
    parameters = [p for p in module.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(parameters, lr=RATE)
    (x, y), losses = subject.splits["train"], []
    with torch.random.fork_rng(devices=()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        monitor = Monitor(module, optimizer, every=1)
        for _ in range(STEPS):
            some = torch.randperm(len(x))[: subject.batch_size]
            value = loss(module(x[some]), y[some])
            optimizer.zero_grad()
            torch.autograd.backward(value)
            optimizer.step()
            losses.append(float(value.detach()))
            monitor.log(loss=value)
        monitor.remove()
    told = [one for one in monitor.findings if one.name in TELLING and one.name != "plain_list"]
    found = [
        Found(
            one.name.replace("_", " "),
            "look" if one.weight == "advice" else "wrong",
            f"{one.title}. {one.evidence}",
            one.advice,
        )
        for one in told
    ]
    return losses, found


def _same(one: list[float], other: list[float]) -> bool:
    return all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(one, other, strict=True))
