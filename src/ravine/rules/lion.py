"""Lion: the sign of momentum. Every parameter moves by exactly lr."""

from ravine.equations import sign
from ravine.rules.rule import rule


@rule(
    title="Lion",
    source="Chen et al. 2023, Algorithm 2",
    dialect="paper",
    good_at="one buffer, half of Adam's memory; a step whose size is known beforehand",
    hurts="never settles: near the minimum it steps by lr to and fro until the rate is lowered",
)
def lion(g, m=0.0, *, lr=1e-4, beta1=0.9, beta2=0.99):
    c = beta1 * m + (1 - beta1) * g
    m = beta2 * m + (1 - beta2) * g
    return lr * sign(c), m
