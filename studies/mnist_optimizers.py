"""Source A: ten logged runs on MNIST, and some shown without figures."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from statistics import mean
from typing import Any

from ravine.lab.report.comparison import Comparison
from studies.verdict import Verdict, outcome_of_several, span, table

TITLE = "A comparison of optimizers on MNIST"
PUBLISHED = Path(__file__).parent / "published" / "mnist-optimizers.csv"
NOTES = """
The slides do not state their network or batch size, so no figure can be matched digit for digit; orderings and claims
can. They looked at the 10,000 test images after each epoch. Here the curves are those of 5,000 held-out training
images, and the test images are looked at once, after the last epoch. "At 99 %" is taken as the slides' figures round:
98.5 % or more; "92 to 96 %" as 91.5 % to under 96.5 %. RMSprop at 1e-5 creeps if it ends between 90 % and one point
short of the worst of those at 99 %.

The narrow network bears out every claim, RMSprop at 0.01 at 11.35 % (a network whose units have died answers 1 to every
image, and 11.35 % of the test images show a 1) included. The wide one shows that this is no law: there RMSprop at 0.01
recovers, and SGD at 0.001 comes to 97.4 %. With dropout the narrow one is slower at every rate and stops short of 99 %.
The slides' curve of SGD at 0.001 is the narrow network's to 0.03 at every epoch (the losses below), and RMSprop's at
0.01 too; SGD at 0.0005 is slower than it at first, and Adam's and RMSprop's other curves come nearer to the wide
network's. None of the three gives them all. One seed each, so a difference of a few tenths of a point is no evidence.
Whether RMSprop at 0.01 dies hangs on the seed, on each of the three: see [rmsprop-by-seed](rmsprop-by-seed.md).
"""
Series = dict[str, Any]


def published() -> dict[tuple[str, float], list[list[tuple[float, float]]]]:
    """By optimizer and rate: the logged runs, each as (validation loss, accuracy) after each epoch."""
    with PUBLISHED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    runs: dict[tuple[str, float], dict[str, list[tuple[float, float]]]] = {}
    for row in rows:
        of = runs.setdefault((row["optimizer"], float(row["lr"])), {})
        of.setdefault(row["run"], []).append((float(row["validation_loss"]), float(row["validation_accuracy"])))
    return {key: list(of.values()) for key, of in runs.items()}


def figures(comparisons: list[Comparison]) -> dict[str, Any]:
    """By network, one series for each setting: its curves by seed, after each epoch, and its test accuracies."""
    return {"networks": {comparison.title: _series(comparison) for comparison in comparisons}}


def _series(comparison: Comparison) -> list[Series]:
    series = []
    for entrant in comparison.entrants:
        for trial in entrant.trials:
            setting = {name: value for name, value in trial.setting.hyperparameters if name in entrant.searched}
            series.append(
                {
                    "optimizer": entrant.name,
                    "setting": setting,
                    # None is an epoch after the network was no longer finite.
                    "loss": [[_rounded(v) for v in run.validation_loss[1:]] for run in trial.runs],
                    "accuracy": [[round(v, 4) for v in run.validation_metric[1:]] for run in trial.runs],
                    "test": [round(run.test_metric, 4) for run in trial.runs],
                }
            )
    return series


def log(figures: dict[str, Any]) -> str:
    """A line for each epoch of each run, as the source logged them."""
    lines = []
    for network, series in figures["networks"].items():
        for one in series:
            for seed, (losses, accuracies) in enumerate(zip(one["loss"], one["accuracy"], strict=True)):
                for epoch, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True), start=1):
                    at = f"{network}: {one['optimizer']}, {_words(one)}, seed {seed}, epoch {epoch:2}: "
                    if loss is None:
                        lines.append(f"{at}diverged")
                    else:
                        lines.append(f"{at}validation loss {loss:.4f}, accuracy {accuracy:.2%}")
    return "\n".join(lines) + "\n"


class Network:
    """The runs of one network, found by their settings."""

    def __init__(self, series: list[Series]):
        self.series = series

    def find(self, optimizer: str, **setting: float) -> Series:
        return next(
            one for one in self.series if one["optimizer"] == optimizer and setting.items() <= one["setting"].items()
        )

    def sgd(self) -> list[Series]:
        return [self.find("SGD", lr=lr) for lr in (0.0005, 0.001)]

    def good(self) -> list[Series]:
        """Those that the source saw at 99 %."""
        adam = [self.find("Adam", lr=lr) for lr in (0.00025, 0.0005, 0.001)]
        return adam + [self.find("RMSprop", lr=lr) for lr in (0.00025, 0.001)]

    def adadelta(self) -> list[Series]:
        return [self.find("Adadelta", rho=rho) for rho in (0.01, 0.9)]


@dataclass(frozen=True)
class Claim:
    """What the source says and shows; what one network has to say to it, and whether it bears it out."""

    claim: str
    published: str
    says: Callable[[Network], str]
    holds: Callable[[Network], bool] | None = None  # None where the source gives no figure


def _starts_slowly(network: Network) -> bool:
    slower, slow = (_after_one(one) for one in network.sgd())
    return slower > slow > 4 * _after_one(network.find("Adam", lr=0.001))


def _creeps(network: Network) -> bool:
    end = _test(network.find("RMSprop", lr=1e-5))
    return 0.9 < end < min(map(_test, network.good())) - 0.01


def _adadelta_at_99(network: Network) -> bool:
    small, large = network.adadelta()
    return min(_test(small), _test(large)) >= 0.985 and mean(_last(small, "loss")) > mean(_last(large, "loss"))


CLAIMS = (
    Claim(
        "RMSprop at 0.01 never leaves chance",
        "11.35 % and loss 2.30 after each of ten epochs",
        lambda network: _end(network.find("RMSprop", lr=0.01)),
        lambda network: max(network.find("RMSprop", lr=0.01)["test"]) < 0.2,
    ),
    Claim(
        "SGD starts slowly: after one epoch it has hardly begun, at 0.0005 less than at 0.001",
        "loss 2.16 at 0.0005, 1.48 at 0.001; Adam at 0.001: 0.05",
        lambda network: ", ".join(f"{_after_one(one):.2f}" for one in [*network.sgd(), network.find("Adam", lr=0.001)]),
        _starts_slowly,
    ),
    Claim(
        "SGD at 0.0005 and 0.001 (momentum 0.5) is still at 92 to 96 % after ten epochs",
        "92.4 % and 96.1 %",
        lambda network: " and ".join(map(_end, network.sgd())),
        lambda network: all(0.915 <= _test(one) < 0.965 for one in network.sgd()),
    ),
    Claim(
        "Adam and RMSprop at 0.001 and below (RMSprop 1e-5 aside) come to 99 %",
        "99.0 to 99.3 %",
        lambda network: span([100 * test for one in network.good() for test in one["test"]], 2, " %"),
        lambda network: min(map(_test, network.good())) >= 0.985,
    ),
    Claim(
        "RMSprop at 1e-5 creeps",
        "96.7 % after ten epochs",
        lambda network: _end(network.find("RMSprop", lr=1e-5)),
        _creeps,
    ),
    Claim(
        "Adadelta reaches 99 % at ρ 0.01 and at 0.9, at 0.01 with the higher loss",
        "99 % both",
        lambda network: " and ".join(f"{_end(one)} (loss {span(_last(one, 'loss'), 3)})" for one in network.adadelta()),
        _adadelta_at_99,
    ),
    Claim(
        "Adam at 0.035 (a picture without figures)",
        "no figure",
        lambda network: _end(network.find("Adam", lr=0.035)),
    ),
    Claim(
        "Adam's betas: (0.9, 0.99) at 0.0005 and 0.001, (0.99, 0.9), (0.01, 0.01) (pictures without figures)",
        "no figure",
        lambda network: ", ".join(_end(one) for one in network.series if "betas" in one["optimizer"]),
    ),
)


def verdicts(figures: dict[str, Any]) -> list[Verdict]:
    """What the source says of its runs, logged and shown, held against each network."""
    networks = {name: Network(series) for name, series in figures["networks"].items()}
    return [
        Verdict(
            claim.claim,
            claim.published,
            "; ".join(f"{name}: {claim.says(network)}" for name, network in networks.items()),
            outcome_of_several([claim.holds(network) for network in networks.values()] if claim.holds else []),
        )
        for claim in CLAIMS
    ]


def _rounded(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None


def _after_one(one: Series) -> float:
    """The mean loss after the first epoch."""
    return mean(curve[0] for curve in one["loss"])


def _test(one: Series) -> float:
    return mean(one["test"])


def _last(one: Series, what: str) -> list[float]:
    return [run[-1] for run in one[what]]


def _end(one: Series) -> str:
    return "diverged" if None in _last(one, "loss") else span([100 * test for test in one["test"]], 2, " %")


def _loss(one: Series) -> str:
    return "–" if None in _last(one, "loss") else span(_last(one, "loss"), 4)


def _words(one: Series) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in one["setting"].items())


def tables(figures: dict[str, Any]) -> list[str]:
    """The ends of all runs, and the curves of those that the source logged beside its own."""
    ends = [
        (name, one["optimizer"], _words(one), _end(one), _loss(one), span(_last(one, "accuracy"), 4))
        for name, series in figures["networks"].items()
        for one in series
    ]
    heads = ("network", "optimizer", "setting", "test accuracy", "validation loss", "validation accuracy")
    text = [table(heads, ends), "Validation loss after each epoch, the source's first:"]
    rows = []
    for (optimizer, lr), runs in published().items():
        run = f"{optimizer} {lr:g}"
        rows += [(run, "published", *(f"{loss:.3f}" for loss, _ in curve)) for curve in runs]
        for name, series in figures["networks"].items():
            curves = Network(series).find(optimizer, lr=lr)["loss"]
            rows += [(run, f"{name}, seed {k}", *(f"{v:.3f}" for v in curve)) for k, curve in enumerate(curves)]
    text.append(table(("run", "", *(str(epoch) for epoch in range(1, 11))), rows))
    text.append("Every epoch of every run stands in the log beside this page.")
    return text
