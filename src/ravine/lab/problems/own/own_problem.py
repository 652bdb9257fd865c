"""A problem of one's own: a network, examples and a loss, as Python objects or in a file."""

import difflib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import torch
from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.problems.own.examples import batch_size_of, read_examples
from ravine.lab.problems.own.preflight import check_network, starts_differ, tried
from ravine.lab.problems.problem import Data, Problem, Split
from ravine.source_file import run_file

REQUIRED = ("model", "train", "validation", "loss")
OPTIONAL = ("test", "batch_size", "epochs", "metric", "target", "early_stopping", "name")
BATCH_SIZE, EPOCHS = 32, 10


def own_problem(
    *,
    model: Callable[[], nn.Module],
    train: Any,
    validation: Any,
    loss: Callable[[Tensor, Tensor], Tensor],
    test: Any = None,
    batch_size: int | None = None,
    epochs: int = EPOCHS,
    metric: str | None = None,
    target: float | None = None,
    early_stopping: int | None = None,
    name: str = "own",
) -> Problem:
    """The problem of these objects, tried on one batch of each split.

    model: gives a network with fresh weights: a class, or a function. It is called for each run, after its seed is set.
    train, validation, test: a pair of tensors (inputs, targets), a Dataset or a DataLoader, which is read once. Without
        test examples, half of the validation examples (drawn with seed 0) become them.
    loss: (outputs, targets) → the mean loss of a batch. batch_size: by default the DataLoader's, or 32.
    early_stopping: looks at validation data (one an epoch) without a better one after which a run ends.
    metric: "accuracy" or "loss"; by default accuracy where outputs are (n, classes) and targets whole numbers (n,).
    Raises RavineError that says what is wrong with which of them, before anything is trained.
    """
    given: object = loss
    if isinstance(given, type) and issubclass(given, nn.Module):
        raise RavineError(f"{name}: loss is the class {given.__name__}; make one of it: loss = {given.__name__}()")
    if not callable(loss):
        raise RavineError(f"{name}: loss must be a function of outputs and targets, such as torch's cross_entropy")
    size = batch_size if batch_size is not None else batch_size_of(train) or BATCH_SIZE
    for what, number in (("batch_size", size), ("epochs", epochs), ("early_stopping", early_stopping)):
        if what == "early_stopping" and number is None:
            continue
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise RavineError(f"{name}: {what} must be a whole number of at least 1, not {number!r}")
    if metric not in (None, "accuracy", "loss"):
        raise RavineError(f"{name}: metric must be 'accuracy' or 'loss', not {metric!r}")
    module = check_network(name, model)
    held = read_examples(f"{name}: validation", validation)
    tests = None if test is None else read_examples(f"{name}: test", test)
    data = Data(read_examples(f"{name}: train", train), *(_halves(name, held) if tests is None else (held, tests)))
    counts = f"{len(data.train):,} examples to train, {len(data.validation):,} to validate, {len(data.test):,} to test"
    halved = " (half of those given to validate, drawn with seed 0)" if tests is None else ""
    same = "" if starts_differ(model) else "; the same first weights for every seed"
    parameters = sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
    return Problem(
        name=name,
        title=name,
        network=f"{type(module).__name__}, {parameters:,} parameters{same}",
        preprocessing=f"as given; {counts}{halved}",
        data=partial(_given, data),
        model=model,
        loss=loss,
        batch_size=min(size, len(data.train)),
        epochs=epochs,
        evaluate_every=len(data.train) // min(size, len(data.train)),
        target=target,
        patience=early_stopping,
        metric=tried(name, module, loss, data, min(size, len(data.train)), metric),
    )


def read_problem(path: Path) -> Problem:
    """The problem that a Python file defines: `model`, `train`, `validation` and `loss`, as `own_problem` takes them.

    It may define `test`, `batch_size`, `epochs`, `metric`, `target` and `name` (by default the file's) too. The file is
    run. Raises RavineError for what it lacks, and for what goes wrong in it, with the line.
    """
    defined = _executed(path)
    if missing := [name for name in REQUIRED if name not in defined]:
        raise RavineError(f"{path} does not define {missing[0]}; a problem needs {', '.join(REQUIRED)}")
    absent = [name for name in OPTIONAL if name not in defined]
    for name, value in defined.items():
        near = difflib.get_close_matches(name, absent, n=1, cutoff=0.8)
        if near and isinstance(value, int | float | str):
            raise RavineError(f"{path} defines {name}, which no problem has; did you mean {near[0]!r}? Else rename it")
    chosen = {name: defined[name] for name in (*REQUIRED, *OPTIONAL) if name in defined}
    return own_problem(**{"name": path.stem, **chosen})


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


def _halves(name: str, held: Split) -> tuple[Split, Split]:
    if len(held) < 2:
        raise RavineError(f"{name}: one validation example cannot be halved to have one to test; give test examples")
    order = torch.randperm(len(held), generator=torch.Generator().manual_seed(0))
    first, second = order[: len(held) // 2], order[len(held) // 2 :]
    return Split(held.inputs[first], held.targets[first]), Split(held.inputs[second], held.targets[second])
