"""Adagrad: a rate for each parameter, lowered by every gradient that it has seen."""

from ravine.equations import sqrt
from ravine.rules.rule import rule

GOOD_AT = "sparse data: a parameter that is seldom used keeps a high rate; little tuning"
HURTS = "the sum only grows, so the rate only shrinks, and training can stop before it is done"


@rule(title="Adagrad", source="Duchi, Hazan & Singer 2011, Figure 1 (diagonal)", good_at=GOOD_AT, hurts=HURTS)
def adagrad(g, s="initial_accumulator_value", *, t, lr=1e-2, lr_decay=0.0, initial_accumulator_value=0.0, eps=1e-10):
    s = s + g**2
    rate = lr / (1 + (t - 1) * lr_decay)
    return rate * g / (sqrt(s) + eps), s


@rule(
    title="Adagrad, eps inside the root",
    source="Duchi, Hazan & Singer 2011, Figure 1, as Keras and optax have it",
    dialect="Keras, optax",
    good_at=GOOD_AT + "; the start of 0.1 keeps the first steps small",
    hurts=HURTS,
)
def adagrad_keras(g, s="initial_accumulator_value", *, lr=1e-3, initial_accumulator_value=0.1, eps=1e-7):
    s = s + g**2
    return lr * g / sqrt(s + eps), s
