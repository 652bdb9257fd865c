"""NAdam: Adam that looks ahead as Nesterov's momentum does."""

from ravine.equations import sqrt
from ravine.rules.rule import rule

SOURCE = "Dozat 2016, Algorithm 2"
GOOD_AT = "Adam with Nesterov's foresight: it turns sooner when the gradient turns"
HURTS = "frameworks disagree on the schedule of its momentum, so settings do not carry over"


@rule(title="NAdam", source=SOURCE, good_at=GOOD_AT, hurts=HURTS)
def nadam(g, m=0.0, v=0.0, mu_product=1.0, *, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = mu_next / (1 - mu_product * mu_next) * m + (1 - mu) / (1 - mu_product) * g
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / (sqrt(v_hat) + eps), m, v, mu_product


@rule(title="NAdam, the schedule without decay", source=SOURCE, dialect="Keras", good_at=GOOD_AT, hurts=HURTS)
def nadam_keras(g, m=0.0, v=0.0, mu_product=1.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    mu = beta1 * (1 - 0.5 * 0.96**t)
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (t + 1))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = mu_next / (1 - mu_product * mu_next) * m + (1 - mu) / (1 - mu_product) * g
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / (sqrt(v_hat) + eps), m, v, mu_product


@rule(title="NAdam without a schedule", source=SOURCE, dialect="optax", good_at=GOOD_AT, hurts=HURTS)
def nadam_optax(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / (sqrt(v_hat) + eps), m, v
