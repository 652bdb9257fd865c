"""MADGRAD: every gradient since the start, weighted and divided, counted from where the parameter began."""

from ravine.equations import sqrt
from ravine.rules.rule import rule


@rule(
    title="MADGRAD",
    source="Defazio & Jelassi 2021, Algorithm 1, with momentum for 1 - c; their code has lr + eps for the rate",
    dialect="paper",
    good_at="Adagrad's sum with a cube root, which a growing weight of the gradients keeps from dying out",
    hurts="three numbers for each parameter, one of them where it began; its rates are not those of SGD or Adam",
)
def madgrad(g, theta, z="theta", s=0.0, v=0.0, *, t, lr=1e-2, momentum=0.9, eps=1e-6):
    w = lr * sqrt(t)
    s = s + w * g
    v = v + w * g**2
    return (1 - momentum) * (theta - (z - s / (v ** (1 / 3) + eps))), z, s, v
