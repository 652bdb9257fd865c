"""Adadelta: steps from the ratio of two running averages; meant to have the units of the parameter."""

from ravine.equations import sqrt
from ravine.rules.rule import rule


@rule(
    title="Adadelta",
    source="Zeiler 2012, Algorithm 1",
    good_at="no rate to tune at lr = 1; its steps hardly change when the loss is scaled",
    hurts="its eps sets the pace at the start: the first step is about sqrt(eps / (1 - rho)), so a small one is slow",
)
def adadelta(g, s=0.0, d="delta0", *, lr=1.0, rho=0.9, eps=1e-6, delta0=0.0):
    s = rho * s + (1 - rho) * g**2
    delta = sqrt(d + eps) / sqrt(s + eps) * g
    d = rho * d + (1 - rho) * delta**2
    return lr * delta, s, d


adadelta_keras = adadelta.variant(
    "adadelta_keras",
    dialect="Keras",
    hurts="Keras's default rate of 0.001 makes it about a thousand times slower than the paper's rule",
    defaults={"lr": 1e-3, "rho": 0.95, "eps": 1e-7},
)
