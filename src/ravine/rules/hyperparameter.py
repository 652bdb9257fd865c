"""The hyperparameters that rules share: the range of each and what it does, in one line."""

from collections.abc import Mapping
from dataclasses import dataclass

from ravine.errors import RavineError
from ravine.rules.interval import Interval


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    name: str
    default: float
    range: Interval
    meaning: str

    def check(self, owner: str, value: float) -> float:
        """`value` as a float, if it is in range."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise RavineError(f"{owner}: {self.name} must be a number, not {value!r}") from None
        if number not in self.range:
            raise RavineError(f"{owner}: {self.name} must be in {self.range}, not {number:g}")
        return number


VOCABULARY: dict[str, tuple[str, str]] = {
    "lr": ("(0, inf)", "learning rate: scales every step"),
    "momentum": ("[0, 1)", "share of the last step, or of the velocity, that is kept"),
    "dampening": ("[0, 1]", "share of a new gradient that is kept out of the velocity (not of the first)"),
    "beta": ("[0, 1)", "decay of the average of gradients"),
    "beta1": ("[0, 1)", "decay of the average of gradients (first moment)"),
    "beta2": ("[0, 1)", "decay of the average of squared gradients (second moment)"),
    "alpha": ("[0, 1)", "decay of the average of squared gradients"),
    "rho": ("[0, 1)", "decay of the averages of squares"),
    "eps": ("[0, inf)", "keeps the division finite where gradients vanish; a large one tames the adaptive rate"),
    "lr_decay": ("[0, inf)", "lowers the learning rate as 1/(1 + (t-1) lr_decay)"),
    "initial_accumulator_value": ("[0, inf)", "what the sum of squares starts from"),
    "s0": ("[0, inf)", "what the average of squared gradients starts from"),
    "delta0": ("[0, inf)", "what the average of squared steps starts from; acts like a learning rate"),
    "momentum_decay": ("[0, inf)", "how fast the momentum schedule warms up to beta1"),
    "eta": ("(0, inf)", "multiplier of the schedule, applied to the step and to the weight decay"),
    "weight_decay": ("[0, inf)", "pull of every parameter towards zero"),
}


def hyperparameter(name: str, default: float, own: Mapping[str, tuple[str, str]]) -> Hyperparameter:
    """The named hyperparameter: described by the rule itself, or by the shared vocabulary, or else any number."""
    interval, meaning = own.get(name) or VOCABULARY.get(name) or ("(-inf, inf)", "")
    return Hyperparameter(name, default, Interval.read(interval), meaning)
