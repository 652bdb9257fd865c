"""From a network and a batch to a loss, and to what a metric is computed from."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.parts.tree import Tree


class Outcome(NamedTuple):
    """Of a batch: the loss, and the scores; None where there is no one tensor of them."""

    loss: Tensor
    scores: Tensor | None


def called(network: Callable[..., Any], inputs: Tree) -> Any:
    """The outputs: a mapping is given as keywords, a tuple or list as arguments, anything else as the one argument."""
    if isinstance(inputs, Mapping):
        return network(**inputs)
    if isinstance(inputs, tuple | list):
        return network(*inputs)
    return network(inputs)


def scores_of(outputs: Any) -> Any:
    """What a loss is given: the logits, where outputs name them, as those of Hugging Face do."""
    logits = outputs.get("logits") if isinstance(outputs, Mapping) else getattr(outputs, "logits", None)
    return outputs if logits is None else logits


def loss_of(loss: Callable[..., Tensor] | None, outputs: Any, targets: Tree) -> Any:
    """The loss of outputs; without a function, the one that the network itself returns."""
    if loss is not None:
        return loss(scores_of(outputs), targets)
    return outputs.get("loss") if isinstance(outputs, Mapping) else getattr(outputs, "loss", None)


def outcome(
    network: Callable[..., Any],
    loss: Callable[..., Tensor] | None,
    step: Callable[..., Tensor] | None,
    batch: Split,
    scored: bool = False,
) -> Outcome:
    """Loss and scores of a batch. scored: whether scores are wanted, which a `step` of one's own does not give."""
    if step is not None:
        value = step(network, batch.given)
        scores = scores_of(called(network, batch.inputs)) if scored else None
        return Outcome(value, scores if isinstance(scores, torch.Tensor) else None)
    outputs = called(network, batch.inputs)
    scores = scores_of(outputs)
    return Outcome(loss_of(loss, outputs, batch.targets), scores if isinstance(scores, torch.Tensor) else None)
