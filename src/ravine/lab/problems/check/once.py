"""Network and loss, looked at once: one batch forward, before any step."""

import math
import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from ravine.lab.problems.check.found import Found, Subject
from ravine.monitor.layers import unlisted
from ravine.symptoms import symptoms

Loss = Callable[[Tensor, Tensor], Tensor]
FAR = 3.0  # times the loss of guessing, as the symptom first_loss has it


def check_once(subject: Subject) -> Iterator[Found]:
    """Within a second: what one batch tells, forward alone."""
    module, loss = subject.fresh(0)
    x, y = (values[: subject.batch_size] for values in subject.splits["train"])
    yield from _parameters(subject, module)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs = module.eval()(x)
        if not isinstance(outputs, Tensor):
            return
        value = float(loss(outputs, y))
    if not math.isfinite(value):
        says = f"the first loss is {value:g}, before any step"
        yield Found("first loss", "wrong", says, "look for a logarithm or root of 0, or a division, in network or loss")
        return
    yield from _first_loss(subject, outputs, y, value)
    yield from _softmax(subject, loss, outputs, y, value)
    yield from _sigmoid(loss, outputs, y)


def _parameters(subject: Subject, module: nn.Module) -> Iterator[Found]:
    outside = sum(p.numel() for p in unlisted(module))
    if outside:
        says = f"{outside:,} numbers stand in layers in a plain list, which no optimizer moves"
        yield Found("plain list", "wrong", says, "nn.ModuleList, or nn.ModuleDict")
    own = subject.loss.parameters() if isinstance(subject.loss, nn.Module) else ()
    if count := sum(p.numel() for p in own if p.requires_grad):
        says = f"the loss has {count:,} parameters of its own, which no optimizer moves"
        yield Found("loss parameters", "wrong", says, "make them part of the network")


def _first_loss(subject: Subject, outputs: Tensor, y: Tensor, value: float) -> Iterator[Found]:
    if subject.classes and outputs.dim() == 2:
        guess = math.log(outputs.shape[1])
        says = f"first loss {value:.4g}; guessing among {outputs.shape[1]} has {guess:.4g}"
        if value > FAR * guess:
            yield Found("first loss", "look", says, "smaller initial weights in the last layer, and a bias of 0 there")
        else:
            yield Found("first loss", "fact", says)
    elif y.is_floating_point():
        yield Found("first loss", "fact", f"first loss {value:.4g}; the targets' variance is {y.var():.4g}")


def _softmax(subject: Subject, loss: Loss, outputs: Tensor, y: Tensor, value: float) -> Iterator[Found]:
    """Probabilities before a loss that takes scores, or their logarithms."""
    if not subject.classes or outputs.dim() != 2 or outputs.min() < 0:
        return
    for axis, name in ((1, "softmax twice"), (0, "softmax across")):
        if len(outputs) > 1 and torch.allclose(outputs.sum(axis), torch.ones(()), atol=1e-3):
            if math.isclose(value, float(functional.cross_entropy(outputs, y)), rel_tol=1e-4):
                title = symptoms[name.replace(" ", "_")].title
                yield Found(name, "wrong", title, symptoms[name.replace(" ", "_")].advice)
                return
            if axis == 1 and math.isclose(value, float(functional.nll_loss(outputs, y)), rel_tol=1e-4):
                known = symptoms["probabilities_as_logs"]
                yield Found("probabilities as logs", "wrong", known.title, known.advice)
                return


def _sigmoid(loss: Loss, outputs: Tensor, y: Tensor) -> Iterator[Found]:
    """A sigmoid before the loss that has one of its own."""
    if outputs.shape != y.shape or not y.is_floating_point() or outputs.min() < 0 or outputs.max() > 1:
        return
    with torch.no_grad():
        twice = functional.binary_cross_entropy_with_logits(outputs, y)
        if torch.isclose(loss(outputs, y), twice, rtol=1e-4):
            says = "the network ends in a sigmoid, and the loss (binary_cross_entropy_with_logits) applies another"
            yield Found("sigmoid twice", "wrong", says, "leave the sigmoid out of the network while it trains")
