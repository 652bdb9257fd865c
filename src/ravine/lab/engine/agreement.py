"""Whether a slot of a stack trains as its network does alone: torch.func drops what it does beside its outputs."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from ravine.lab.engine.alone import Alone
from ravine.lab.engine.stack import Stack
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.store.configuration import Configuration
from ravine.rules import rules

STEPS = 3
RULE, RATE = "sgd", 0.01  # a step in proportion to the gradient, so that rounding stays rounding
LOSSES, MOVED, ROUNDING = 1e-3, 1e-2, 1e-6  # how far the two may part: of a loss, of what has moved, of what has not
FEW = 32  # examples to look at
NOT_STATE = ("training", "call_super_init", "dump_patches")


def difference(problem: Problem, data: Data) -> str | None:
    """What a stack would drop or change of this problem's training, in words; None where a few steps agree.

    Raises what the problem's own code raises when it is trained alone; what a stack cannot do at all is no difference.
    """
    alone = Alone(problem, data, configuration_of(problem, RULE, 0, lr=RATE), rules)
    if any(parameter._backward_hooks or parameter._post_accumulate_grad_hooks for parameter in alone.parameters):
        return "its parameters have hooks on their gradients, which a stack would drop"
    if problem.alone is not None:
        for _ in range(STEPS):
            alone.step()
        return problem.alone
    before = _state(alone.module, alone.loss)
    losses = [float(alone.step()) for _ in range(STEPS)]
    for name, after in _state(alone.module, alone.loss).items():
        if name not in before or not _same(before[name], after):
            return f"it keeps {name} up to date itself, which a stack would drop"
    stack = _stack(problem, data)
    if stack is None:
        return None
    network, theirs = stack
    if not _near(torch.tensor(losses), torch.tensor(theirs), LOSSES):
        return "its losses in a stack are not those that it has alone"
    named = {**network.network._named(network.theta), **network.others}
    mine = {**dict(alone.module.named_parameters()), **dict(alone.module.named_buffers())}
    starts = Alone(problem, data, configuration_of(problem, RULE, 0, lr=RATE), rules).module.state_dict()
    for name, value in named.items():
        if name in starts and not _moved_alike(starts[name], mine[name], value[0]):
            return f"{name} becomes something else in a stack than it does alone"
    some = data.validation.first(FEW)
    if not _near(alone.evaluate(some).loss, network.evaluate(some).loss[:1].cpu(), LOSSES):
        return "its loss on validation data is another in a stack than alone"
    return None


def configuration_of(problem: Problem, rule: str, seed: int, **settings: float) -> Configuration:
    """A run to try the problem with."""
    return Configuration(
        problem=problem.name,
        problem_settings=(),
        fingerprint="",
        rule=rule,
        equation="",
        hyperparameters=tuple(sorted(rules[rule].settings(settings).items())),
        schedule="constant",
        seed=seed,
        steps=1,
        batch_size=problem.batch_size,
        evaluate_every=1,
    )


def _stack(problem: Problem, data: Data) -> tuple[Stack, list[float]] | None:
    """Two networks after the steps, and the losses of the first; None where torch.func cannot train or see them."""
    try:
        stack = Stack(problem, data, [configuration_of(problem, RULE, seed, lr=RATE) for seed in (0, 1)], rules)
        losses = [float(stack.step()[0]) for _ in range(STEPS)]
        stack.evaluate(data.validation.first(FEW))
    except Exception:  # whatever it says: calibration meets it, and tells
        return None
    return stack, losses


def _state(module: nn.Module, loss: Callable[..., Any] | None) -> dict[str, Any]:
    """What network and loss hold beside parameters, buffers and layers, by name: tensors as copies."""
    return {name: _kept(value) for name, value in _attributes("the network", module) if not _static(value)} | {
        name: _kept(value) for name, value in _attributes("the loss", loss) if not _static(value)
    }


def _attributes(what: str, thing: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(thing, nn.Module):
        for path, part in thing.named_modules():
            own = {name: value for name, value in vars(part).items() if not name.startswith("_")}
            dotted = f"{path}." if path else ""
            yield from ((f"{dotted}{name}", value) for name, value in own.items() if name not in NOT_STATE)
        if what == "the loss":
            yield from thing.named_buffers()
    else:
        yield from ((f"{what}'s {name}", value) for name, value in getattr(thing, "__dict__", {}).items())


def _static(value: Any) -> bool:
    return isinstance(value, nn.Module) or callable(value)


def _kept(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().clone()
    return (id(value), len(value)) if isinstance(value, list | dict | set) else value


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, Tensor) and isinstance(after, Tensor):
        return before.shape == after.shape and torch.equal(before, after)
    try:
        return bool(before is after or before == after)
    except Exception:  # an object of the user's that does not compare
        return False


def _near(one: Tensor, other: Tensor, tolerance: float) -> bool:
    both = torch.stack([one.double().cpu(), other.double().cpu()])
    return not both.isfinite().all() or torch.allclose(both[0], both[1], rtol=tolerance, atol=tolerance * 1e-3)


def _moved_alike(start: Tensor, alone: Tensor, stacked: Tensor) -> bool:
    if not start.is_floating_point():
        return torch.equal(alone.cpu(), stacked.cpu().to(alone.dtype))
    start, alone, stacked = (tensor.detach().double().cpu() for tensor in (start, alone, stacked))
    if not start.numel() or not (alone.isfinite().all() and stacked.isfinite().all()):
        return True
    allowed = MOVED * (alone - start).abs().max() + ROUNDING * start.abs().max()
    return bool((alone - stacked).abs().max() <= allowed)
