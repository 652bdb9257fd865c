"""AdaBelief: Adam that divides by how far gradients stray from their average, not by how large they are."""

from ravine.equations import sqrt
from ravine.rules.rule import rule


@rule(
    title="AdaBelief",
    source="Zhuang et al. 2020, Algorithm 2, with eps added to each average of squares, as there",
    dialect="paper",
    good_at="long steps where gradients agree with their average, short ones where they stray from it",
    hurts="on a steady slope the divisor goes to nothing: steps grow far beyond lr, and eps alone bounds them",
)
def adabelief(g, m=0.0, s=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-16):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return lr * m_hat / (sqrt(s_hat) + eps), m, s
