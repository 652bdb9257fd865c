"""Adan: Adam with Nesterov's foresight, taken from the difference between one gradient and the last."""

from ravine.equations import sqrt, where
from ravine.rules.rule import rule

SOURCE = "Xie et al. 2022, Algorithm 1, with 1 - beta for its betas and Adam's correction, as in the authors' code"
GOOD_AT = "sees a turn in the change of the gradient, and needs no gradient at another point for it"
HURTS = "four buffers, twice Adam's memory, and three betas to tune"
BETAS = {
    "beta2": ("[0, 1)", "decay of the average of differences between gradients"),
    "beta3": ("[0, 1)", "decay of the average of squares"),
    "eps_root": ("[0, inf)", "keeps the root from vanishing where gradients do"),
}


@rule(title="Adan", source=SOURCE, dialect="paper", good_at=GOOD_AT, hurts=HURTS, hyperparameters=BETAS)
def adan(g, m=0.0, v=0.0, n=0.0, h=0.0, *, t, lr=1e-3, beta1=0.98, beta2=0.92, beta3=0.99, eps=1e-8):
    d = where(t > 1, g - h, 0)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * d
    n = beta3 * n + (1 - beta3) * (g + beta2 * d) ** 2
    u = m / (1 - beta1**t) + beta2 * v / (1 - beta2**t)
    n_hat = n / (1 - beta3**t)
    return lr * u / (sqrt(n_hat) + eps), m, v, n, g


@rule(
    title="Adan, the difference at 1 - β₂",
    source="Xie et al. 2022, Algorithm 1, but with 0.08 for its 1 - β₂ of 0.92, as optax has it",
    dialect="optax",
    good_at="Adan with a twelfth of its foresight at the default betas: nearer to Adam",
    hurts="another rule under Adan's name: its foresight cannot be set back without changing the average too",
    hyperparameters=BETAS,
)
def adan_optax(
    g, m=0.0, v=0.0, n=0.0, h=0.0, *, t, lr=1e-3, beta1=0.98, beta2=0.92, beta3=0.99, eps=1e-8, eps_root=1e-8
):
    d = where(t > 1, g - h, 0)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * d
    n = beta3 * n + (1 - beta3) * (g + (1 - beta2) * d) ** 2
    u = m / (1 - beta1**t) + (1 - beta2) * v / (1 - beta2**t)
    n_hat = n / (1 - beta3**t)
    return lr * u / (sqrt(n_hat + eps_root) + eps), m, v, n, g
