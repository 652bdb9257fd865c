"""Signum: the sign of an average of gradients. Every parameter moves by exactly lr."""

from ravine.equations import sign
from ravine.rules.rule import rule


@rule(
    title="Signum",
    source="Bernstein et al. 2018, Algorithm 2",
    dialect="paper",
    good_at="one buffer; a step whose size is known beforehand, whatever the scale of the gradients",
    hurts="never settles: near the minimum it steps by lr to and fro until the rate is lowered",
)
def signum(g, m=0.0, *, lr=1e-3, beta=0.9):
    m = beta * m + (1 - beta) * g
    return lr * sign(m), m
