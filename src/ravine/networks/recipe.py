"""Everything that the training of a small network follows from: two with the same recipe end at the same numbers."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from ravine.activations import activations
from ravine.equations import refuse_over_tensors
from ravine.errors import RavineError, unknown
from ravine.initializers import initializers
from ravine.networks.datasets import DATASETS, MOST, MOST_POINTS, SCALES, Task, dataset
from ravine.rules import Rule, rules
from ravine.schedules import schedules

DECAYS = ("none", "l2", "decoupled")
WIDEST = 256
DEEPEST = 12
MOST_STEPS = 20_000


@dataclass(frozen=True)
class Recipe:
    """A multilayer perceptron, its data and its training; the same names as in web/src/network/recipe.ts.

    examples: to train on; random: share of them whose label is drawn anew.
    widths:   units of each hidden layer.
    gain:     factor of the first weights.
    bias:     where the biases begin; None: where the initializer says.
    dropout_inputs, dropout: probability of turning off an input, a hidden unit.
    settings: hyperparameters that differ from the rule's defaults; `lam` is that of the decay.
    batch:    examples a step; 0 is all of them.
    steps:    of the whole run, which a schedule counts by.
    """

    data: str = "moons"
    examples: int = 200
    random: float = 0.0
    scale: str = "unit"
    widths: tuple[int, ...] = (16, 16)
    activation: str = "tanh"
    init: str = "glorot_uniform"
    gain: float = 1.0
    bias: float | None = None
    dropout_inputs: float = 0.0
    dropout: float = 0.0
    rule: str = "adam"
    settings: Mapping[str, float] = field(default_factory=dict)
    decay: str = "none"
    lam: float = 0.0
    batch: int = 32
    schedule: str = "constant"
    steps: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises RavineError, in a line, for what no network can be made of."""
        for name, value in (
            *((name, getattr(self, name)) for name in ("examples", "batch", "steps", "seed")),
            *(("a width", width) for width in self.widths),
        ):
            if isinstance(value, bool) or not isinstance(value, int):
                raise RavineError(f"{name} must be a whole number, not {value!r}")
        for name in (
            "random",
            "gain",
            "dropout_inputs",
            "dropout",
            "lam",
            *(("bias",) if self.bias is not None else ()),
        ):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
                raise RavineError(f"{name} must be a finite number, not {value!r}")
        for kind, name, known in (
            ("data set", self.data, DATASETS),
            ("scale of the inputs", self.scale, SCALES),
            ("form of weight decay", self.decay, DECAYS),
            ("schedule", self.schedule, schedules),
            ("activation", self.activation, activations),
            ("initializer", self.init, initializers),
        ):
            if name not in known:
                raise unknown(kind, name, known)
        _within("examples", self.examples, 2, MOST[self.data])
        _within("a width", max(self.widths, default=1), 1, WIDEST)
        _within("a width", min(self.widths, default=1), 1, WIDEST)
        _within("the number of hidden layers", len(self.widths), 0, DEEPEST)
        _within("steps", self.steps, 1, MOST_STEPS)
        _within("seed", self.seed, 0, 2**32 - 1)
        _within("batch", self.batch, 0, MOST_POINTS)
        if self.lam < 0:
            raise RavineError(f"lam must be at least 0, not {self.lam:g}")
        for name in ("random", "dropout_inputs", "dropout"):
            share = getattr(self, name)
            if not 0 <= share < 1 and not (name == "random" and share == 1):
                raise RavineError(f"{name} must be a share from 0 to 1, not {share:g}")
        self.hyperparameters()

    @property
    def task(self) -> Task:
        return dataset(self.data, self.examples, random=self.random, scale=self.scale, seed=self.seed)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, the inputs first."""
        inputs = {"digits": 64, "curve": 1}.get(self.data, 2)
        outputs = {"digits": 10, "curve": 1}.get(self.data, 2)
        return (inputs, *self.widths, outputs)

    def decayed_rule(self) -> Rule:
        """The rule with its weight decay. RavineError for one with norms: the parameters are one array here."""
        rule = rules[self.rule if self.decay == "none" else f"{self.rule}+{self.decay}"]
        refuse_over_tensors(rule.equation, "the page's network")
        return rule

    def hyperparameters(self) -> dict[str, float]:
        """Every hyperparameter of the rule."""
        decay = {} if self.decay == "none" else {"weight_decay": self.lam}
        return self.decayed_rule().settings({**self.settings, **decay})


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise RavineError(f"{name} must be from {low} to {high}, not {value}")
