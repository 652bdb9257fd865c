"""Tries a user's network and loss on a batch of each split: what is wrong is said before anything is trained."""

import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from ravine.errors import RavineError
from ravine.lab.metric import LOSS
from ravine.lab.problems.own.fresh import fresh_network
from ravine.lab.problems.parts.measures import IGNORED, KNOWN, Measured, find_measure
from ravine.lab.problems.parts.objective import called, loss_of, scores_of
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.parts.tree import Tree, dtype, leaves, shapes
from ravine.lab.problems.problem import Data, Problem

OF_NUMBERS = ("mae", "rmse", "r2")
WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
Loss = Callable[[Tensor, Tensor], Tensor]


def check_network(name: str, model: Callable[[], nn.Module]) -> nn.Module:
    """What `model` gives, with seed 0's weights; RavineError unless that is a new network with something to train."""
    if isinstance(model, nn.Module) or not callable(model):
        raise RavineError(f"{name}: model must give a new network each time: a class, or a function without arguments")
    module, again = (_ran(f"{name}: model()", lambda: _seeded(model)) for _ in range(2))
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
    return _made(name, model)


def starts_differ(model: Callable[[], nn.Module]) -> bool:
    """Whether another seed begins with other weights; not so of weights that are loaded."""
    starts = [[p for p in fresh_network(model, seed).parameters() if p.requires_grad] for seed in (0, 1)]
    return not all(map(torch.equal, *starts))


def check_metric(problem: Problem) -> Measured:
    """The problem's metric; RavineError where outputs and targets do not suit it."""
    return tried(problem, _made(problem.name, problem.model), problem.measure or str(problem.metric))


def tried(problem: Problem, module: nn.Module, metric: object, greater_is_better: bool = True) -> Measured:
    """The metric: as asked for, or what outputs and targets suggest. `module` is used up.

    Raises RavineError for what training would stumble over.
    """
    name, data = problem.name, problem.data()
    splits = {"": data.train, "validation: ": data.validation, "test: ": data.test}
    batches = {what: split.first(problem.batch_size) for what, split in splits.items()}
    first = batches[""]
    with torch.random.fork_rng(devices=()), autocast(problem):
        torch.manual_seed(0)
        outputs = None
        if problem.step is None or metric not in (None, "loss"):
            outputs = _outputs(f"{name}: ", module, first.inputs)
        chosen = _metric(name, outputs, first.targets, data, metric, greater_is_better)
        if problem.step is not None:
            value = _stepped(problem, module, first)
        else:
            _check_shapes(name, problem.loss, scores_of(outputs), first.targets)
            value = _loss(f"{name}: ", problem.loss, outputs, first.targets)
        if not value.requires_grad:
            raise RavineError(
                f"{name}: the loss does not depend on the network's parameters; use its outputs undetached"
            )
        if not value.isfinite():
            raise RavineError(
                f"{name}: the loss is {value.item()} at step 0, before any training; look at the scale of the inputs, "
                "and for a logarithm, root or division of 0 in the network or the loss"
            )
        hint = _hint(module, first.given)
        _ran(f"{name}: the gradient of the loss", lambda: torch.autograd.backward(value), hint)
        module.eval()
        with torch.no_grad():
            for what, batch in batches.items():
                if problem.step is not None:
                    _stepped(problem, module, batch, what)
                    continue
                seen = _outputs(f"{name}: {what}", module, batch.inputs)
                _loss(f"{name}: {what}", problem.loss, seen, batch.targets)
                if what and chosen.measure is not None:
                    _measured(f"{name}: {what}", chosen, scores_of(seen), batch.targets)
    return chosen


def _metric(name: str, outputs: Any, y: Tree, data: Data, metric: object, greater_is_better: bool) -> Measured:
    scores = scores_of(outputs)
    classes = [split.targets for split in (data.train, data.validation, data.test) if isinstance(split, Split)]
    if len(classes) < 3:
        classes = [y]  # of what is drawn, the first batch tells
    single = isinstance(scores, Tensor) and isinstance(y, Tensor) and all(isinstance(t, Tensor) for t in classes)
    sorts = single and scores.dim() == 2 and len(scores) == len(y)
    sorts = sorts and all(t.dim() == 1 and t.dtype in WHOLE for t in classes)
    chosen = find_measure(metric or ("accuracy" if sorts else "loss"), greater_is_better)
    if chosen.metric in (LOSS, "perplexity"):
        return chosen
    if not single:
        raise RavineError(
            f"{name}: {chosen.metric} needs outputs and targets that are one tensor each, or outputs with .logits; the "
            f"network returned {shapes(outputs)} for targets {shapes(y)}; or choose metric 'loss'"
        )
    if chosen.metric in OF_NUMBERS and scores.numel() != y.numel():
        raise RavineError(
            f"{name}: {chosen.metric} needs an output for each target; the network returned {tuple(scores.shape)} for "
            f"targets {tuple(y.shape)}"
        )
    if chosen.metric.share or (chosen.metric in KNOWN and chosen.metric not in OF_NUMBERS):
        _check_classes(name, chosen, scores, y, classes)
    return chosen


def _check_classes(name: str, chosen: Measured, scores: Tensor, y: Tensor, classes: list[Tensor]) -> None:
    """RavineError unless scores are of classes at axis 1 or the last, or one for each target."""
    last, second = scores.shape[:-1] == y.shape, scores.shape[:1] + scores.shape[2:] == y.shape
    alike = scores.numel() == y.numel() and len(scores) == len(y)
    if alike and scores.dim() - y.dim() in (0, 1) and _logits(classes):
        return
    if not (all(t.dtype in WHOLE for t in classes) and scores.dim() == y.dim() + 1 and (last or second)):
        raise RavineError(
            f"{name}: {chosen.metric} needs outputs (n, classes) and targets (n,) of whole numbers, or one logit for "
            f"each target of 0 or 1; the network returned {tuple(scores.shape)} for targets {tuple(y.shape)} of "
            f"{dtype(y)}; or choose metric 'loss'"
        )
    known = [t[t != IGNORED] for t in classes]
    low, high = min(int(t.min()) for t in known), max(int(t.max()) for t in known)
    count = scores.shape[1] if second else scores.shape[-1]
    if low == 1 and high == count:
        raise RavineError(
            f"{name}: targets run from 1 to {high}, and classes count from 0: shift them, as in targets - 1"
        )
    if low == -1 and high == 1 and not any((t == 0).any() for t in known):
        raise RavineError(
            f"{name}: targets are -1 and 1, and classes count from 0: give them as 0 and 1, as in (targets + 1) // 2"
        )
    if low < 0:
        raise RavineError(
            f"{name}: targets run from {low} to {high}, and classes count from 0; what the loss leaves out is {IGNORED}"
        )
    if high >= count:
        raise RavineError(
            f"{name}: the network returns {count} scores, and targets run from {low} to {high}; "
            f"classes count from 0, so it must return {high + 1}"
        )


def _logits(classes: list[Tensor]) -> bool:
    """Whether every target is 0 or 1, and some are 1."""
    return all(bool(((t == 0) | (t == 1)).all()) for t in classes) and any(bool((t == 1).any()) for t in classes)


def _measured(what: str, chosen: Measured, scores: Any, y: Any) -> None:
    """Tries a function of the user's; of those that have a name, a batch may lack a class."""
    if chosen.metric in KNOWN or chosen.metric.share or chosen.measure is None:
        return
    measure = chosen.measure
    value = _ran(f"{what}the metric {chosen.metric}", lambda: measure(scores.float().cpu(), y.cpu()))
    try:
        float(value)
    except (TypeError, ValueError):
        raise RavineError(f"{what}the metric {chosen.metric} must be one number, not {shapes(value)}") from None


def _stepped(problem: Problem, module: nn.Module, batch: Split, what: str = "") -> Tensor:
    name, step = f"{problem.name}: {what}step", problem.step
    assert step is not None
    value = _ran(f"{name}(model, batch), given {shapes(batch.given)},", lambda: step(module, batch.given))
    if isinstance(value, tuple | list | dict):
        raise RavineError(
            f"{name} returned {len(value)} values, and must return one loss: add up what one optimizer is to lower. "
            "Two losses with an optimizer each, as of a GAN, are a game: neither says which optimizer is the better one"
        )
    if not isinstance(value, Tensor) or value.dim() != 0:
        raise RavineError(f"{name} must return one number for a batch, not {shapes(value)}; take the mean")
    return value


def _check_shapes(name: str, loss: Loss | None, outputs: Any, y: Any) -> None:
    """RavineError where a loss such as mse_loss would set every output against every target: (n, 1) against (n,).

    A loss that brings them to one shape by itself is the same, or fails, on outputs of the targets' shape.
    """
    if loss is None or not (isinstance(outputs, Tensor) and isinstance(y, Tensor)) or not outputs.dim():
        return
    if outputs.shape == y.shape or outputs.numel() != y.numel() or len(outputs) != len(y):
        return
    if not (outputs.is_floating_point() and y.is_floating_point()):
        return
    some, wanted = torch.rand(4, *outputs.shape[1:]), torch.rand(4, *y.shape[1:])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch's about these shapes
            apart = not torch.allclose(loss(some, wanted), loss(some.view_as(wanted), wanted))
    except Exception:  # it is the user's code, and wants these shapes as they are or says so itself
        return
    if apart:
        raise RavineError(
            f"{name}: outputs {tuple(outputs.shape)} and targets {tuple(y.shape)} differ in shape, and the loss sets "
            f"every output against every target; give the targets as {tuple(outputs.shape)}, or outputs like targets"
        )


def _made(name: str, model: Callable[[], nn.Module]) -> nn.Module:
    module: nn.Module = _ran(f"{name}: model()", lambda: fresh_network(model, 0))
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


def _outputs(what: str, module: nn.Module, x: Tree) -> Any:
    given = f"{what}the network, given inputs {shapes(x)},"
    return _ran(given, lambda: called(module, x), _hint(module, x))


def _loss(what: str, loss: Loss | None, outputs: Any, y: Tree) -> Tensor:
    if loss is None:
        value = loss_of(None, outputs, y)
        if value is None:
            raise RavineError(
                f"{what}there is no loss: define loss, or step, or give the network labels to return .loss of"
            )
    else:
        given = f"outputs {shapes(scores_of(outputs), kinds=False)} and targets {shapes(y)}"
        value = _ran(f"{what}the loss, given {given},", lambda: loss_of(loss, outputs, y))
    if not isinstance(value, Tensor) or value.dim() != 0:
        shape = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise RavineError(f"{what}the loss must be one number for a batch, not {shape}; take the mean")
    return value


def _ran(what: str, call: Callable[[], Any], hint: str = "") -> Any:
    try:
        return call()
    except Exception as error:  # it is the user's code
        message = (str(error).strip() or "no message").splitlines()[0]
        raise RavineError(f"{what} raised {type(error).__name__}: {message}{hint}") from error


def _hint(module: nn.Module, given: Tree) -> str:
    """For the commonest mistake: NumPy's numbers are of 64 bits, and a network's of 32."""
    kind = next(parameter.dtype for parameter in module.parameters() if parameter.requires_grad)
    for tensor in leaves(given):
        if tensor.is_floating_point() and tensor.dtype != kind:
            wanted = str(kind).removeprefix("torch.")
            return f"; the network is of {wanted}, so use {wanted} data, as in x.astype('{wanted}') or x.to({kind})"
    return ""


def check_arguments(problem: Problem, arguments: Mapping[str, Any]) -> None:
    """RavineError where the problem's model cannot be made with them, or such a network cannot be used."""
    if not arguments:
        return
    made = problem.with_arguments(arguments)
    said = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    module = _ran(f"{problem.name}: model({said})", lambda: fresh_network(made.model, 0))
    if problem.step is None:
        _outputs(f"{problem.name}: model({said}): ", module, problem.data().train.first(problem.batch_size).inputs)


def check_groups(problem: Problem, module: nn.Module) -> None:
    """RavineError where the problem's parameter groups are none."""
    parameters = problem.loop.parameters
    if parameters is None:
        return
    groups = _ran(f"{problem.name}: parameters(model)", lambda: list(parameters(module)))
    if not groups or not all(isinstance(group, Mapping) and "params" in group for group in groups):
        raise RavineError(
            f"{problem.name}: parameters(model) must give groups, each a dict with 'params' and its options"
        )


def autocast(problem: Problem) -> AbstractContextManager[object]:
    """What the problem's forward passes run under."""
    kind = problem.loop.autocast
    return nullcontext() if kind is None else torch.autocast("cpu", getattr(torch, kind))
