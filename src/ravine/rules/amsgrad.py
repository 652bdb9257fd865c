"""AMSGrad: Adam that divides by the largest second moment so far, so that no large gradient is forgotten."""

from ravine.equations import maximum, sqrt
from ravine.rules.rule import rule

# The paper leaves the bias correction out, as it says for simplicity; each framework has it in its own place.
SOURCE = "Reddi, Kale & Kumar 2018, Algorithm 2, with Adam's bias correction, which the paper leaves out"
GOOD_AT = "converges where Adam provably does not: a rare large gradient is not forgotten"
HURTS = "one more buffer, and one huge gradient slows it for ever"


@rule(title="AMSGrad", source=SOURCE, good_at=GOOD_AT, hurts=HURTS)
def amsgrad(g, m=0.0, v=0.0, v_max=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return lr * m_hat / (sqrt(v_hat) + eps), m, v, v_max


@rule(title="AMSGrad, eps before the correction", source=SOURCE, dialect="Keras", good_at=GOOD_AT, hurts=HURTS)
def amsgrad_keras(g, m=0.0, v=0.0, v_max=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = maximum(v_max, v)
    rate = lr * sqrt(1 - beta2**t) / (1 - beta1**t)
    return rate * m / (sqrt(v_max) + eps), m, v, v_max


@rule(title="AMSGrad, the maximum corrected", source=SOURCE, dialect="optax", good_at=GOOD_AT, hurts=HURTS)
def amsgrad_optax(g, m=0.0, v=0.0, v_max=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    v_max = maximum(v_max, v_hat)
    return lr * m_hat / (sqrt(v_max) + eps), m, v, v_max
