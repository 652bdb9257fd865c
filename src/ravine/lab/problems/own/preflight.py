"""Tries a user's network and loss on a batch of each split: what is wrong is said before anything is trained."""

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from ravine.errors import RavineError
from ravine.lab.metric import LOSS, Metric, as_metric
from ravine.lab.problems.own.fresh import fresh_network
from ravine.lab.problems.problem import Data, Problem, Split

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


def check_metric(problem: Problem) -> None:
    """RavineError where outputs and targets do not suit the problem's metric."""
    module = _made(problem.name, problem.model)
    tried(problem.name, module, problem.loss, problem.data(), problem.batch_size, problem.metric)


def tried(name: str, module: nn.Module, loss: Loss, data: Data, batch_size: int, metric: str | None) -> Metric:
    """The metric: as asked for, or what outputs and targets suggest. `module` is used up.

    Raises RavineError for what training would stumble over.
    """
    splits = {"": data.train, "validation: ": data.validation, "test: ": data.test}
    batches = {what: Split(split.inputs[:batch_size], split.targets[:batch_size]) for what, split in splits.items()}
    x, y = batches[""].inputs, batches[""].targets
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        outputs = _outputs(f"{name}: ", module, x)
        chosen = _metric(name, outputs, y, data, metric)
        _check_shapes(name, loss, outputs, y)
        value = _loss(f"{name}: ", loss, outputs, y)
        if not value.requires_grad:
            raise RavineError(
                f"{name}: the loss does not depend on the network's parameters; use its outputs undetached"
            )
        if not value.isfinite():
            raise RavineError(
                f"{name}: the loss is {value.item()} at step 0, before any training; look at the scale of the inputs, "
                "and for a logarithm, root or division of 0 in the network or the loss"
            )
        _ran(f"{name}: the gradient of the loss", lambda: torch.autograd.backward(value), _hint(module, x, y))
        module.eval()
        with torch.no_grad():
            for what, batch in batches.items():
                seen = _outputs(f"{name}: {what}", module, batch.inputs)
                _loss(f"{name}: {what}", loss, seen, batch.targets)
    return chosen


def _metric(name: str, outputs: Tensor, y: Tensor, data: Data, metric: str | None) -> Metric:
    classes = [split.targets for split in (data.train, data.validation, data.test)]
    sorts = outputs.dim() == 2 and len(outputs) == len(y) and all(t.dim() == 1 and t.dtype in WHOLE for t in classes)
    chosen = as_metric(metric or ("accuracy" if sorts else "loss"))
    if chosen == LOSS:
        return chosen
    if not sorts:
        raise RavineError(
            f"{name}: accuracy needs outputs (n, classes) and targets (n,) of whole numbers; the network returned "
            f"{tuple(outputs.shape)} for targets {tuple(y.shape)} of {_dtype(y)}; or choose metric 'loss'"
        )
    low, high = min(int(t.min()) for t in classes), max(int(t.max()) for t in classes)
    if low < 0 or high >= outputs.shape[1]:
        raise RavineError(
            f"{name}: the network returns {outputs.shape[1]} scores, and targets run from {low} to {high}; "
            f"classes count from 0, so it must return {high + 1}"
        )
    return chosen


def _check_shapes(name: str, loss: Loss, outputs: Tensor, y: Tensor) -> None:
    """RavineError where a loss such as mse_loss would set every output against every target: (n, 1) against (n,).

    A loss that brings them to one shape by itself is the same, or fails, on outputs of the targets' shape.
    """
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


def _outputs(what: str, module: nn.Module, x: Tensor) -> Tensor:
    given = f"{what}the network, given inputs {tuple(x.shape)} of {_dtype(x)},"
    outputs = _ran(given, lambda: module(x), _hint(module, x, x))
    if not isinstance(outputs, Tensor):
        raise RavineError(f"{what}the network must return a tensor, not {type(outputs).__name__}")
    return outputs


def _loss(what: str, loss: Loss, outputs: Tensor, y: Tensor) -> Tensor:
    shapes = f"outputs {tuple(outputs.shape)} and targets {tuple(y.shape)} of {_dtype(y)}"
    value = _ran(f"{what}the loss, given {shapes},", lambda: loss(outputs, y))
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


def _hint(module: nn.Module, *given: Tensor) -> str:
    """For the commonest mistake: NumPy's numbers are of 64 bits, and a network's of 32."""
    dtype = next(parameter.dtype for parameter in module.parameters() if parameter.requires_grad)
    for tensor in given:
        if tensor.is_floating_point() and tensor.dtype != dtype:
            wanted = str(dtype).removeprefix("torch.")
            return f"; the network is of {wanted}, so use {wanted} data, as in x.astype('{wanted}') or x.to({dtype})"
    return ""


def _dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
