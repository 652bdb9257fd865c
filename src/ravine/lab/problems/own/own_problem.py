"""A problem of one's own: a network, examples and a loss, as Python objects or in a file."""

import difflib
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import torch
from torch import Tensor, nn

from ravine.errors import RavineError, unknown
from ravine.lab.metric import LOSS
from ravine.lab.problems.own.examples import batch_size_of, read_examples
from ravine.lab.problems.own.fresh import fresh_network
from ravine.lab.problems.own.network_check import check_groups, check_network, starts_differ
from ravine.lab.problems.own.preflight import tried
from ravine.lab.problems.parts.loop import Loop
from ravine.lab.problems.parts.measures import find_measure
from ravine.lab.problems.parts.split import Drawn, Split
from ravine.lab.problems.problem import Data, Problem
from ravine.shown import plain
from ravine.source_file import run_file

REQUIRED = ("model", "train", "validation")
LOOP = ("parameters", "max_grad_norm", "accumulate", "autocast", "schedule")
OPTIONAL = (
    *(
        "loss",
        "step",
        "test",
        "batch_size",
        "epochs",
        "metric",
        "greater_is_better",
        "target",
        "early_stopping",
        "name",
    ),
    *LOOP,
)
BATCH_SIZE, EPOCHS = 32, 10


def own_problem(
    *,
    model: Callable[..., nn.Module],
    train: Any,
    validation: Any,
    loss: Callable[..., Tensor] | None = None,
    step: Callable[..., Tensor] | None = None,
    test: Any = None,
    batch_size: int | None = None,
    epochs: int = EPOCHS,
    metric: object = None,
    greater_is_better: bool = True,
    target: float | None = None,
    early_stopping: int | None = None,
    name: str = "own",
    file: str | None = None,
    **loop: Any,
) -> Problem:
    """The problem of these objects, tried on one batch of each split.

    model: gives a network with fresh weights: a class, or a function. It is called for each run, after its seed is set.
    train, validation, test: a pair of tensors (inputs, targets), a Dataset or a DataLoader. Either may be a mapping or
        tuple of tensors; a batch may be one mapping with "labels". What is the same each time is read once; what is not
        (augmented, padded for each batch, sampled by weights) is drawn anew in every epoch. Without test examples, half
        of the validation examples (drawn with seed 0) become them.
    loss: (outputs, targets) → the mean loss of a batch; without it the outputs' own `.loss`. step: (model, batch) → it.
    batch_size: by default the DataLoader's, or 32.
    early_stopping: looks at validation data (one an epoch) without a better one after which a run ends.
    metric: a name (see `measures`) or a function of all outputs and targets, of which more is better unless
        `greater_is_better` is False; by default accuracy where outputs are (n, classes) and targets whole numbers (n,).
    loop: the parts of a `Loop`, by name.
    Raises RavineError that says what is wrong with which of them, before anything is trained.
    """
    _check_functions(name, loss, step)
    size = batch_size if batch_size is not None else batch_size_of(train) or BATCH_SIZE
    counts = {"batch_size": size, "epochs": epochs, "early_stopping": 1 if early_stopping is None else early_stopping}
    made = _loop(name, loop)
    for what, number in {**counts, "accumulate": made.accumulate}.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise RavineError(f"{name}: {what} must be a whole number of at least 1, not {number!r}")
    try:
        find_measure(metric or LOSS)
    except RavineError as error:
        raise RavineError(f"{name}: {error}") from None
    module = check_network(name, model)
    paired = step is None
    held = read_examples(f"{name}: validation", validation, size, paired)
    tests = None if test is None else read_examples(f"{name}: test", test, size, paired)
    data = Data(
        read_examples(f"{name}: train", train, size, paired),
        *(_halves(name, held) if tests is None else (held, tests)),
    )
    size = min(size, len(data.train))
    said = ", ".join(filter(None, [f"{type(module).__name__}, {_parameters(module):,} parameters", str(made)]))
    problem = Problem(
        name=name,
        title=name,
        network=said + ("" if starts_differ(model) else "; the same first weights for every seed"),
        preprocessing=f"as given; {_told(data, tests is None)}",
        data=partial(_given, data),
        model=model,
        loss=loss,
        batch_size=size,
        epochs=epochs,
        evaluate_every=max(data.train.for_budget(size) // size // made.accumulate, 1),
        target=target,
        metric=LOSS,
        step=step,
        loop=made,
        patience=early_stopping,
        own=True,
        file=file,
    )
    check_groups(problem, fresh_network(model, 0))
    chosen = tried(problem, module, metric, greater_is_better)
    return replace(problem, metric=chosen.metric, measure=chosen.measure if callable(metric) else None)


def _check_functions(name: str, loss: object, step: object) -> None:
    if loss is not None and step is not None:
        raise RavineError(f"{name}: loss and step are given, and step makes its own loss: leave one out")
    if isinstance(loss, type) and issubclass(loss, nn.Module):
        raise RavineError(f"{name}: loss is the class {loss.__name__}; make one of it: loss = {loss.__name__}()")
    if loss is not None and not callable(loss):
        raise RavineError(f"{name}: loss must be a function of outputs and targets, such as torch's cross_entropy")
    if step is not None and not callable(step):
        raise RavineError(f"{name}: step must be a function of model and batch that returns the loss")


def _loop(name: str, given: dict[str, Any]) -> Loop:
    for key in given:
        if key not in LOOP:
            raise unknown("part of a problem", key, (*REQUIRED, *OPTIONAL))
    made = Loop(**given)
    limit = made.max_grad_norm
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float) or not limit > 0):
        raise RavineError(f"{name}: max_grad_norm must be a number above 0, not {limit!r}")
    if made.autocast not in (None, "bfloat16"):
        raise RavineError(
            f"{name}: autocast must be 'bfloat16', which needs no scaling of gradients: {made.autocast!r}"
        )
    for what, function in (("parameters", made.parameters), ("schedule", made.schedule)):
        if function is not None and not callable(function):
            raise RavineError(f"{name}: {what} must be a function, not {type(function).__name__}")
    if made.schedule is not None:
        factors = [made.schedule(t, 100) for t in (1, 50, 100)]
        if not all(isinstance(f, int | float) and f >= 0 for f in factors):
            raise RavineError(
                f"{name}: schedule(t, steps) must give a factor of at least 0; it gave {factors} at 1, 50, 100"
            )
    return made


def _parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)


def _told(data: Data, halved: bool) -> str:
    counts = f"{len(data.train):,} examples to train, {len(data.validation):,} to validate, {len(data.test):,} to test"
    half = " (half of those given to validate, drawn with seed 0)" if halved else ""
    drawn = f"; drawn by its DataLoader in each epoch, since {data.train.why}" if isinstance(data.train, Drawn) else ""
    return f"{counts}{half}{drawn}"


def read_problem(path: Path) -> Problem:
    """The problem that a Python file defines: `model`, `train`, `validation` and `loss`, as `own_problem` takes them.

    It may define the others of `own_problem` too; its name is by default the file's. The file is run.
    Raises RavineError for what it lacks, and for what goes wrong in it, with the line.
    """
    defined = _executed(path)
    if missing := [name for name in REQUIRED if name not in defined]:
        raise RavineError(f"{path} does not define {missing[0]}; a problem needs {', '.join((*REQUIRED, 'loss'))}")
    absent = [name for name in OPTIONAL if name not in defined]
    for name, value in defined.items():
        near = difflib.get_close_matches(name, absent, n=1, cutoff=0.8)
        if near and (isinstance(value, int | float | str) or (callable(value) and near[0] in ("step", "parameters"))):
            raise RavineError(f"{path} defines {name}, which no problem has; did you mean {near[0]!r}? Else rename it")
    chosen = {name: defined[name] for name in (*REQUIRED, *OPTIONAL) if name in defined}
    if "loss" not in chosen and "step" not in chosen and "Loss" in defined:
        raise RavineError(f"{path} defines Loss, and a problem has loss: make one of it")
    return own_problem(**{"name": plain(path.stem), **chosen}, file=str(path))


def _executed(path: Path) -> dict[str, Any]:
    """What stands in the file's module, which stays imported: others get it, and what lies beside it, by value."""
    before = set(sys.modules)
    module = run_file(path, f"problem_{path.stem}")
    for new in {module.__name__, *sys.modules} - before:
        if _beside(sys.modules[new], path.absolute().parent):
            cloudpickle.register_pickle_by_value(sys.modules[new])
    return vars(module)


def _beside(module: ModuleType, folder: Path) -> bool:
    """Whether the module, or the package that it is part of, is the user's own: in the folder, and not installed."""
    file = getattr(module, "__file__", None)
    if not file or not Path(file).is_relative_to(folder):
        return False
    return not {"site-packages", "dist-packages"} & set(Path(file).relative_to(folder).parts)


def _given(data: Data) -> Data:
    return data


def _halves(name: str, held: Split | Drawn) -> tuple[Split, Split]:
    if isinstance(held, Drawn):
        raise RavineError(f"{name}: validation examples that a loader draws cannot be halved; give test examples")
    if len(held) < 2:
        raise RavineError(f"{name}: one validation example cannot be halved to have one to test; give test examples")
    order = torch.randperm(len(held), generator=torch.Generator().manual_seed(0))
    return held.rows(order[: len(held) // 2]), held.rows(order[len(held) // 2 :])
