"""LaProp: Adam in the other order. Each gradient is divided by its size first, and momentum averages the quotients."""

from ravine.equations import sqrt
from ravine.rules.rule import rule


@rule(
    title="LaProp",
    source="Ziyin, Wang & Ueda 2020, with lr outside the average; the authors' code has it inside",
    dialect="paper",
    good_at="any pair of betas: with beta2 = 0 it averages signs, where Adam's steps have no bound",
    hurts="a gradient keeps the divisor that it met: those from before a change of scale weigh on at full size",
)
def laprop(g, m=0.0, v=0.0, *, t, lr=4e-4, beta1=0.9, beta2=0.999, eps=1e-15):
    v = beta2 * v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2**t)
    m = beta1 * m + (1 - beta1) * g / (sqrt(v_hat) + eps)
    return lr * m / (1 - beta1**t), m, v
