"""The lab against Optuna on one question: which optimizer, at which rate, for a problem?

    python benchmarks/tuning.py                        five repetitions on digits
    python benchmarks/tuning.py --problem fashion-cnn --steps 60 --optimizers sgd,momentum,adam --rates 6 --trials 18

All choose among the same rules with rates from 0.001 to 100, by validation accuracy, on one thread; in turns, from
other seeds at each repetition. Then five fresh seeds train what each chose, and test data judges all alike.

    grid, race   the lab: 11 rates a rule from three seeds; all to the end, or by successive halving
    race1        such a race on one seed
    optuna       TPE with median pruning over rule and rate, one seed a trial, one network at a time on tensors

Seconds, of the processor, and steps are those until a setting is chosen. The lab then also has the runs that say how
sure the choice is.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import fmean, median

import optuna
import torch

from ravine.lab import OPTIMIZERS, Study, study_of
from ravine.lab.engine import calibrate, chunks, train_chunk
from ravine.lab.engine.alone import Alone
from ravine.lab.engine.device import data_of
from ravine.lab.experiment.plan import Plan
from ravine.lab.problems import Problem
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.rules import rules

LOWEST, HIGHEST, JUDGES = 1e-3, 100.0, 5


@dataclass(frozen=True)
class Chosen:
    """A setting, and what finding it took."""

    configuration: Configuration
    seconds: float
    steps: int


@dataclass(frozen=True)
class Repetition(Study):
    """The study from other seeds: as many of its own for each repetition."""

    number: int = 0

    @property
    def seeds_that_tune(self) -> range:
        each = len(super().seeds_that_tune)
        return range(each * self.number, each * (self.number + 1))


def lab(problem: Problem, asked: Study, number: int, halving: bool, seeds: int) -> Chosen:
    """What the lab chooses, in this process."""
    began = time.process_time()
    study = Repetition(**{**vars(asked), "halving": halving, "tuning_seeds": seeds}, number=number)
    made: dict[Configuration, Run] = {}
    plan = Plan(study, problem, made.get)
    for stage in range(plan.stages - 1):
        for chunk in chunks(problem, plan.missing(plan.stage(stage))):
            made.update((run.configuration, run) for run in train_chunk(problem, chunk))
    best = plan.stage(plan.stages - 1)  # of each optimizer, the setting that validation chose
    whole = [run for run in made.values() if run.configuration.until is None]
    means = {
        one: fmean(
            run.validation_metric[-1] for run in whole if replace(run.configuration, seed=0) == replace(one, seed=0)
        )
        for one in best
    }
    return Chosen(max(means, key=means.__getitem__), time.process_time() - began, sum(c.last for c in made))


def tpe(problem: Problem, asked: Study, number: int, trials: int) -> Chosen:
    """What Optuna chooses."""
    began, steps = time.process_time(), 0
    data = data_of(problem, problem.fingerprint())
    template = Plan(asked, problem, lambda one: None).stage(0)[0]

    def configured(rule: str, lr: float) -> Configuration:
        settings = tuple(sorted(rules[rule].settings({"lr": lr}).items()))
        return replace(template, rule=rule, hyperparameters=settings, seed=number)

    def objective(trial: optuna.Trial) -> float:
        nonlocal steps
        rule = trial.suggest_categorical("rule", [entry.rule.name for entry in asked.entries])
        one = configured(rule, trial.suggest_float("lr", LOWEST, HIGHEST, log=True))
        network = Alone(problem, data, one, rules)
        accuracy = 0.0
        for t in range(1, one.steps + 1):
            network.step()
            steps += 1
            if t % one.evaluate_every == 0 or t == one.steps:
                accuracy = float(network.evaluate(data.validation).metric)
                trial.report(accuracy, t)
                if trial.should_prune():
                    raise optuna.TrialPruned
        return accuracy

    sampler, pruner = optuna.samplers.TPESampler(seed=number), optuna.pruners.MedianPruner()
    study = optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)
    study.optimize(objective, n_trials=trials)
    return Chosen(configured(**study.best_params), time.process_time() - began, steps)


def judged(problem: Problem, chosen: Chosen) -> float:
    """The mean test accuracy of a setting, from seeds that chose nothing."""
    fresh = tuple(replace(chosen.configuration, seed=1000 + seed) for seed in range(JUDGES))
    return fmean(run.test_metric for run in train_chunk(problem, fresh))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problem", default="digits")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--trials", type=int, default=77, help="of Optuna: as many settings as the lab tries")
    parser.add_argument("--steps", type=int, help="of each run, if not the problem's own")
    parser.add_argument("--optimizers", default=",".join(OPTIMIZERS))
    parser.add_argument("--rates", type=int, default=11, help="of each optimizer in the lab")
    parser.add_argument("--only", default="grid,race,race1,optuna")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = study_of(
        asked.problem,
        optimizers=asked.optimizers.split(","),
        lrs=f"{LOWEST}:{HIGHEST}:{asked.rates}",
        steps=asked.steps,
    )
    problem = study.problems[0]
    calibrate(problem)
    everyone: dict[str, Callable[[int], Chosen]] = {
        "grid": lambda number: lab(problem, study, number, halving=False, seeds=3),
        "race": lambda number: lab(problem, study, number, halving=True, seeds=3),
        "race1": lambda number: lab(problem, study, number, halving=True, seeds=1),
        "optuna": lambda number: tpe(problem, study, number, asked.trials),
    }
    contestants = {name: everyone[name] for name in asked.only.split(",")}
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in contestants}
    for number in range(asked.repetitions):
        for name, take in contestants.items():
            chosen = take(number)
            score = judged(problem, chosen)
            found[name].append((score, chosen.seconds, chosen.steps))
            of = chosen.configuration
            print(
                f"{number} {name:7}{100 * score:6.2f}% on test  {chosen.seconds:7.1f} s  {chosen.steps:8,} steps  "
                f"{of.rule} {of.lr:.3g}",
                flush=True,
            )
    for name, each in found.items():
        scores, seconds, steps = zip(*each, strict=True)
        medians = f"{median(seconds):.1f} s, {median(steps):,.0f} steps (medians)"
        print(f"{name:8}{100 * fmean(scores):6.2f}% in the mean, {medians}")


if __name__ == "__main__":
    main()
