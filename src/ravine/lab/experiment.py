"""The experiment: every optimizer × every learning rate × every seed, on one problem."""

import importlib.util
import time
from collections.abc import Callable, Sequence

from ravine.errors import RavineError
from ravine.lab.first_comparison import Comparison
from ravine.lab.first_run import Run
from ravine.lab.rates import RATES, check_rates, parse_rates
from ravine.rules import Rule
from ravine.trajectory import find_rule

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
STACK = 128  # networks a pass: fewer leave overhead, more leave the cache


def compare(
    problem: str = "digits",
    *,
    optimizers: Sequence[str | Rule] = OPTIMIZERS,
    lrs: str | Sequence[float] = RATES,
    seeds: int = 5,
    epochs: int | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Comparison:
    """Trains with each optimizer at each learning rate from each seed, and compares them at their best rates.

    problem:    the name of one in `ravine.lab.problems`.
    optimizers: rules or their names; `adam+decoupled` has weight decay. Hyperparameters other than lr stay at default.
    lrs:        learning rates, or text such as "1e-4:1:9" (from:to:count, evenly spaced on a logarithmic scale).
    seeds:      how many; seed 0, 1, … fixes initial weights and the order of batches, for all optimizers alike.
    epochs:     passes over the training data; by default the problem's own.
    on_progress: hears, several times a second, how many model-steps are done, and of how many.
    Raises RavineError, before anything is trained, for unknown names, empty lists, rates that are not finite and
    above 0, counts below 1, rules that want their gradient elsewhere than at the parameters, and where torch or
    scikit-learn is missing.
    """
    chosen = _rules(optimizers)
    rates = parse_rates(lrs) if isinstance(lrs, str) else check_rates(lrs)
    _check_count("seeds", seeds)
    if epochs is not None:
        _check_count("epochs", epochs)
    _check_installed()
    # With torch, which `import ravine` must not need.
    from ravine.lab.problems import problems
    from ravine.lab.stack import Slot
    from ravine.lab.training import evaluated_after, one_thread, train

    task = problems[problem]
    epochs = task.epochs if epochs is None else epochs
    data = task.data()
    steps = evaluated_after(task, len(data.train), epochs)
    slots = [Slot(lr, seed) for lr in rates for seed in range(seeds)]
    total = len(chosen) * len(slots) * steps[-1]
    done = 0

    def count(model_steps: int) -> None:
        nonlocal done
        done += model_steps
        on_progress(done, total)

    runs: list[Run] = []
    started = time.perf_counter()
    with one_thread():
        for rule in chosen:
            for first in range(0, len(slots), STACK):
                runs += train(task, data, rule, slots[first : first + STACK], epochs, count)
    seconds = time.perf_counter() - started
    return Comparison(
        problem=task.name,
        title=task.title,
        network=task.network,
        preprocessing=task.preprocessing,
        batch_size=task.batch_size,
        target=task.target,
        optimizers=tuple(rule.name for rule in chosen),
        rates=rates,
        seeds=tuple(range(seeds)),
        epochs=epochs,
        steps=steps,
        seconds=seconds,
        runs=tuple(runs),
    )


def _rules(optimizers: Sequence[str | Rule]) -> list[Rule]:
    if isinstance(optimizers, str):
        raise RavineError(f"optimizers must be a list of names, not the text {optimizers!r}")
    if not optimizers:
        raise RavineError("no optimizers: name at least one, such as sgd")
    chosen = [find_rule(rule) for rule in dict.fromkeys(optimizers)]
    for rule in chosen:
        if rule.equation.gradient_at is not None:
            raise RavineError(
                f"{rule.name} wants its gradient at another point than the parameters; compare {rule.family!r}, "
                "the same method in a form that takes it where they stand"
            )
        if "lr" not in rule.hyperparameters:
            raise RavineError(f"{rule.name} has no learning rate lr to compare")
    return chosen


def _check_count(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RavineError(f"{name} must be a whole number of at least 1, not {value!r}")


def _check_installed() -> None:
    for package in ("torch", "sklearn", "scipy"):
        if importlib.util.find_spec(package) is None:
            raise RavineError(f"comparing trains networks, and {package} is not installed: pip install 'ravine[torch]'")
