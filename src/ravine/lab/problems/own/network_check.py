"""Whether a user's `model` gives a new network each time, of which the seed alone decides the weights."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter

from ravine.errors import RavineError
from ravine.lab.problems.own.fresh import fresh_network
from ravine.lab.problems.own.users_code import ran
from ravine.lab.problems.problem import Problem


def check_network(name: str, model: Callable[[], nn.Module]) -> nn.Module:
    """What `model` gives, with seed 0's weights; RavineError unless that is a new network with something to train."""
    if isinstance(model, nn.Module) or not callable(model):
        raise RavineError(f"{name}: model must give a new network each time: a class, or a function without arguments")
    module, again = (ran(f"{name}: model()", lambda: _seeded(model)) for _ in range(2))
    if not isinstance(module, nn.Module) or not isinstance(again, nn.Module):
        raise RavineError(f"{name}: model() must return a torch.nn.Module, not {type(module).__name__}")
    trained, others = ([p for p in one.parameters() if p.requires_grad] for one in (module, again))
    if not trained:
        raise RavineError(f"{name}: the network has no parameters to train; give it a layer, or set requires_grad")
    if any(isinstance(parameter, UninitializedParameter) for parameter in trained):
        raise RavineError(f"{name}: the network has lazy layers, whose sizes are not known; write the sizes out")
    if len({parameter.dtype for parameter in trained}) > 1:
        raise RavineError(f"{name}: the network's parameters have different dtypes; train it in one")
    _check_seed(name, model)
    if {p.data_ptr() for p in trained if p.numel()} & {p.data_ptr() for p in others if p.numel()}:
        raise RavineError(
            f"{name}: model() gave the same parameters twice, so each run would go on where the last one ended; "
            "make the network inside the function"
        )
    if not all(map(torch.equal, trained, others)):
        raise RavineError(
            f"{name}: model() gave other weights under the same seed; draw them with torch's functions, "
            "without a generator of your own and without NumPy or random"
        )
    return made(name, model)


def starts_differ(model: Callable[[], nn.Module]) -> bool:
    """Whether another seed begins with other weights; not so of weights that are loaded."""
    starts = [[p for p in fresh_network(model, seed).parameters() if p.requires_grad] for seed in (0, 1)]
    return not all(map(torch.equal, *starts))


def made(name: str, model: Callable[[], nn.Module]) -> nn.Module:
    module: nn.Module = ran(f"{name}: model()", lambda: fresh_network(model, 0))
    return module


def _seeded(call: Callable[[], Any], seed: int = 0) -> Any:
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        return call()


def _check_seed(name: str, model: Callable[[], nn.Module]) -> None:
    """RavineError where model() seeds torch itself: whatever the seed, what is drawn afterwards is then the same."""
    if torch.equal(*(_seeded(lambda: (model(), torch.get_rng_state())[1], seed) for seed in (0, 1))):
        raise RavineError(
            f"{name}: model() sets torch's seed, so that all seeds would be one; take torch.manual_seed out of it, "
            "since the lab seeds each run"
        )


def check_groups(problem: Problem, module: nn.Module) -> None:
    """RavineError where the problem's parameter groups are none."""
    parameters = problem.loop.parameters
    if parameters is None:
        return
    groups = ran(f"{problem.name}: parameters(model)", lambda: list(parameters(module)))
    if not groups or not all(isinstance(group, Mapping) and "params" in group for group in groups):
        raise RavineError(
            f"{problem.name}: parameters(model) must give groups, each a dict with 'params' and its options"
        )
