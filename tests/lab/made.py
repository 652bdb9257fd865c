"""Runs whose figures are chosen, so that what must follow from them is known."""

from dataclasses import replace

from ravine.lab.analysis.entrant import Entrant
from ravine.lab.analysis.selection import trials
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run

LOOKS = (0, 50, 100)
FIXED = {"momentum": {"momentum": 0.9}}


def run(rule, lr, seed, validation, test, *, loss=None, diverged=False, seconds=2.0, middle=None, **others):
    """A run of 100 steps that starts at 0.1 and ends at `validation`, half-way at their mean."""
    middle = (0.1 + validation) / 2 if middle is None else middle
    end = 1 - validation if loss is None else loss
    return Run(
        configuration=Configuration(
            problem="made",
            problem_settings=(),
            fingerprint="0" * 64,
            rule=rule,
            equation="1" * 64,
            hyperparameters=tuple(sorted({"lr": lr, **FIXED.get(rule, {}), **others}.items())),
            schedule="constant",
            seed=seed,
            steps=100,
            batch_size=10,
            evaluate_every=50,
        ),
        looks=LOOKS,
        train_loss=(2.3, 1.0, end / 2),
        validation_loss=(2.3, 1.0, end),
        validation_metric=(0.1, middle, validation),
        test_loss=1 - test,
        test_metric=test,
        diverged=diverged,
        seconds=seconds,
        how="stacked 4",
    )


def entrant(rule, curve, tests, name=None, best=max):
    """An optimizer with the given validation metric at each rate (three tuning seeds) and test metrics at the best."""
    tuning = [
        run(rule, lr, seed, value + shift, value - 0.01)
        for lr, value in curve.items()
        for seed, shift in enumerate((-0.001, 0.0, 0.001))
    ]
    chosen = best(curve, key=curve.__getitem__)
    report = [run(rule, chosen, 1000 + seed, curve[chosen], test) for seed, test in enumerate(tests)]
    return Entrant(name or rule, rule, tuple(tuning), tuple(report))


def settings(values, tests=None):
    """One trial for each value, one seed each."""
    tests = values if tests is None else tests
    return trials([run("sgd", 10.0**-k, 0, v, t) for k, (v, t) in enumerate(zip(values, tests, strict=True))])


def comparison(*entrants, **changes):
    """A comparison of them on a problem that does not exist."""
    made = Comparison(
        study="made",
        problem="made",
        title="A made-up problem",
        network="4-3-2 perceptron",
        preprocessing="none",
        batch_size=10,
        metric="accuracy",
        target=0.9,
        test_examples=10_000,
        epochs=10.0,
        entrants=entrants,
        seconds=12.0,
    )
    return replace(made, **changes)


def three():
    """Momentum leads; SGD is behind it on every seed; Adam cannot be told from it."""
    return comparison(
        entrant("sgd", {0.01: 0.70, 0.1: 0.90, 1.0: 0.94}, (0.93, 0.935, 0.931, 0.934, 0.94)),
        entrant("momentum", {0.01: 0.90, 0.1: 0.97, 1.0: 0.50}, (0.96, 0.966, 0.962, 0.963, 0.97)),
        entrant("adam", {0.001: 0.95, 0.01: 0.965, 0.1: 0.80}, (0.97, 0.955, 0.966, 0.958, 0.969)),
    )
