"""Network and loss: tried on a few batches, watched by the monitor."""

import math
import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from ravine.lab.problems.check.found import Found, Subject
from ravine.monitor.layers import BATCH_NORMS, DROPOUTS, depends_on_mode, unlisted
from ravine.monitor.monitor import Monitor

Loss = Callable[[Tensor, Tensor], Tensor]
STEPS = 40
RATE = 1e-3
# What so short a training can tell; the rest of the symptoms are of long ones.
TELLING = (
    *("softmax_twice", "probabilities_as_logs", "crossed_shapes", "plain_list", "outside_optimizer", "input_scale"),
    *("target_scale", "dead_from_start", "equal_weights", "vanishing_gradients", "exploding_gradients", "first_loss"),
    *("constant_inputs", "nan_in_inputs", "nan_in_forward", "nan_in_loss", "nan_in_gradient", "nan_in_step"),
)


def check_network(subject: Subject) -> Iterator[Found]:
    (module, loss), (x, y) = subject.fresh(0), subject.splits["train"]
    yield from _parameters(subject, module)
    yield from _first_loss(subject, module, loss, x[: subject.batch_size], y[: subject.batch_size])
    yield from _sigmoid(module, loss, x[: subject.batch_size], y[: subject.batch_size])
    if len(x) % subject.batch_size == 1 and any(isinstance(part, BATCH_NORMS) for part in module.modules()):
        says = f"{len(x):,} examples in batches of {subject.batch_size} leave one of 1, which batch norm refuses"
        yield Found("last batch", "look", says, "drop_last=True, or another batch size")
    if depends_on_mode(module):
        kinds = sorted({type(part).__name__ for part in module.modules() if isinstance(part, (BATCH_NORMS, DROPOUTS))})
        yield Found("modes", "fact", f"training and evaluation differ ({', '.join(kinds)})")
    losses, said = _watched(subject)
    yield from said
    if not _same(losses, _watched(subject)[0]):
        says = "two trainings from one seed differ: something draws numbers that torch.manual_seed does not reach"
        yield Found("randomness", "wrong", says, "draw with torch, without a generator of your own, NumPy or random")


def _parameters(subject: Subject, module: nn.Module) -> Iterator[Found]:
    outside = sum(p.numel() for p in unlisted(module))
    if outside:
        says = f"{outside:,} numbers stand in layers in a plain list, which no optimizer moves"
        yield Found("plain list", "wrong", says, "nn.ModuleList, or nn.ModuleDict")
    own = subject.loss.parameters() if isinstance(subject.loss, nn.Module) else ()
    if count := sum(p.numel() for p in own if p.requires_grad):
        says = f"the loss has {count:,} parameters of its own, which no optimizer moves"
        yield Found("loss parameters", "wrong", says, "make them part of the network")


def _first_loss(subject: Subject, module: nn.Module, loss: Loss, x: Tensor, y: Tensor) -> Iterator[Found]:
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs = module.eval()(x)
        value = float(loss(outputs, y))
    if subject.classes and outputs.dim() == 2:
        guess = math.log(outputs.shape[1])
        yield Found("first loss", "fact", f"first loss {value:.4g}; guessing among {outputs.shape[1]} has {guess:.4g}")
    elif y.is_floating_point():
        yield Found("first loss", "fact", f"first loss {value:.4g}; the targets' variance is {y.var():.4g}")


def _sigmoid(module: nn.Module, loss: Loss, x: Tensor, y: Tensor) -> Iterator[Found]:
    """A sigmoid before the loss that has one of its own."""
    with torch.no_grad():
        outputs = module.eval()(x)
        if outputs.shape != y.shape or not y.is_floating_point() or outputs.min() < 0 or outputs.max() > 1:
            return
        twice = functional.binary_cross_entropy_with_logits(outputs, y)
        if torch.isclose(loss(outputs, y), twice, rtol=1e-4):
            says = "the network ends in a sigmoid, and the loss (binary_cross_entropy_with_logits) applies another"
            yield Found("sigmoid twice", "wrong", says, "leave the sigmoid out of the network while it trains")


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
            monitor.log(loss=losses[-1])
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
