"""One step of an optimizer: what every parameter needs is gathered and checked first; only then does anything change."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from ravine.optim import elementwise, processor, sparse

if TYPE_CHECKING:
    from ravine.optim.optimizer import RuleOptimizer


def update(optimizer: "RuleOptimizer") -> None:
    """Takes one step with every parameter that has a gradient."""
    batches: processor.Batches = {}
    others: list[Callable[[], None]] = []
    for group, pairs in [(group, _gradients(optimizer, group)) for group in optimizer.param_groups]:
        if not pairs:
            continue
        recipe = optimizer.recipe(group)
        differentiable = group["differentiable"] or any(
            isinstance(value, torch.Tensor) and value.requires_grad for value in recipe.settings.values()
        )
        for parameter, gradient in pairs:
            state = optimizer.state[parameter]
            if fresh := recipe.needs_start(state):
                recipe.start(parameter, state)
            if gradient.layout is not torch.strided:
                if optimizer.rows_alone(group):
                    others.append(sparse.job(recipe, parameter, gradient, state, fresh))
                    continue
                gradient = gradient.to_dense()  # noqa: PLW2901
            if differentiable or not processor.takes(parameter):
                others.append(elementwise.job(recipe, parameter, gradient, state, fresh))
            else:
                processor.add(batches, recipe, parameter, gradient, state, fresh)
    for batch in batches.values():
        batch.run()
    for run in others:
        run()


update._torchdynamo_disable = True  # type: ignore[attr-defined]  # torch.compile leaves it to the compiled kernels


def _gradients(optimizer: "RuleOptimizer", group: dict[str, Any]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The parameters of a group that have a gradient, with it. Raises RuntimeError for a sparse one that does not fit."""
    pairs = []
    for parameter in group["params"]:
        gradient = parameter.grad
        if gradient is None:
            continue
        if gradient.layout is not torch.strided:
            optimizer.check_sparse(group)
        pairs.append((parameter, gradient))
    return pairs
