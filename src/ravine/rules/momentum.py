"""Momentum (heavy ball): the step remembers where it was going. Three published forms of one idea."""

from ravine.equations import where
from ravine.rules.rule import rule

GOOD_AT = "builds speed along a ravine; at a rate near the limit a moderate momentum damps the zigzag across it"
HURTS = "overshoots the minimum and swings back; two hyperparameters that must be tuned together"


@rule(
    title="Momentum",
    source="Polyak 1964; Sutskever et al. 2013, equations 1 and 2, with the rate outside, as PyTorch has it",
    good_at=GOOD_AT,
    hurts=HURTS,
)
def momentum(g, v=0.0, *, t, lr=1e-3, momentum=0.9, dampening=0.0):
    # PyTorch does not dampen the first gradient.
    v = momentum * v + where(t > 1, 1 - dampening, 1) * g
    return lr * v, v


@rule(
    title="Momentum, the rate inside",
    source="Polyak 1964; Sutskever et al. 2013, equations 1 and 2",
    dialect="Keras, most papers",
    good_at=GOOD_AT + "; velocity already built up does not follow a change of the rate at once",
    hurts=HURTS,
)
def momentum_lr_inside(g, v=0.0, *, lr=0.01, momentum=0.9):
    v = momentum * v + lr * g
    return v, v


@rule(
    title="Momentum, averaged",
    source="Kingma & Ba 2015, Algorithm 1 (its first moment alone)",
    dialect="paper",
    good_at=GOOD_AT + "; the rate keeps its meaning whatever beta is",
    hurts="steps are 1/(1-beta) times smaller than the other forms' at the same rate; a slow start from zero",
)
def momentum_averaged(g, v=0.0, *, lr=1e-3, beta=0.9):
    v = beta * v + (1 - beta) * g
    return lr * v, v
