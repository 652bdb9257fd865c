"""The weights of the network that a comparison recommends, for whoever wants to use it and not only to know."""

from pathlib import Path

import torch

from ravine.files import check_writable, replacing
from ravine.lab.engine.alone import Alone
from ravine.lab.engine.device import data_of, one_thread
from ravine.lab.problems.problem import Problem
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.run import Run
from ravine.lab.study.study import Study
from ravine.rules import rules


def best_run(comparison: Comparison) -> Run:
    """Of the leader's reported runs, the one that did best on validation data."""
    runs = comparison.runs_of(comparison.summaries[0].name)
    return max(runs, key=lambda run: (run.metric.sign * run.result.validation_metric, -run.result.validation_loss))


def save_weights(study: Study, problem: Problem, comparison: Comparison, path: Path) -> Run:
    """Trains the best run once more, alone, to the step it is judged at, and saves its state_dict.

    `model.load_state_dict(torch.load(path))` has it back. RavineError where the file cannot be written.
    """
    check_writable(path)
    run = best_run(comparison)
    book = {**rules, **{entry.rule.name: entry.rule for entry in study.entries}}
    made = problem.with_arguments(dict(run.configuration.arguments))
    with one_thread(), torch.random.fork_rng(devices=()):
        torch.manual_seed(run.configuration.seed)
        alone = Alone(made, data_of(problem, run.configuration.fingerprint), run.configuration, book)
        for _ in range(run.result.step):
            alone.step()
        alone.stand("eval")
    with replacing(path) as draft:
        torch.save({name: value.cpu() for name, value in alone.module.state_dict().items()}, draft)
    return run
