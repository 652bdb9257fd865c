"""Adam: momentum, divided by the size of recent gradients, both freed of the bias of starting at zero."""

from ravine.equations import maximum, sqrt
from ravine.rules.rule import rule

SOURCE = "Kingma & Ba 2015, Algorithm 1"
GOOD_AT = "works out of the box: steps of about lr whatever the scale of the gradients; the usual default"
HURTS = "may end worse than tuned SGD (Wilson et al. 2017); four hyperparameters, and defaults only to start with"


@rule(title="Adam", source=SOURCE, good_at=GOOD_AT, hurts=HURTS)
def adam(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / (sqrt(v_hat) + eps), m, v


@rule(
    title="Adam, eps before the correction",
    source="Kingma & Ba 2015, section 2, the efficient order",
    dialect="Keras",
    good_at=GOOD_AT,
    hurts=HURTS + "; eps counts for more in the first steps",
)
def adam_keras(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    rate = lr * sqrt(1 - beta2**t) / (1 - beta1**t)
    return rate * m / (sqrt(v) + eps), m, v


@rule(
    title="Adam, eps as a floor",
    source=SOURCE + ", with HeavyBall's max(√v̂, ε)",
    dialect="HeavyBall",
    good_at=GOOD_AT,
    hurts=HURTS,
)
def adam_heavyball(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / maximum(sqrt(v_hat), eps), m, v


@rule(
    title="Adam, by the modulus",
    source=SOURCE + ", with optax's |g|² of a complex gradient",
    dialect="optax, complex numbers",
    good_at="turns a complex parameter without favouring an axis; on real numbers it is Adam",
    hurts="PyTorch treats the real and imaginary parts as two parameters: a port takes other steps",
)
def adam_modulus(g, m=0.0, v=0.0, *, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * abs(g) ** 2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return lr * m_hat / (sqrt(v_hat) + eps), m, v


@rule(
    title="Adam without bias correction",
    source="Kingma & Ba 2015, section 6.4",
    dialect="paper",
    good_at="shows what bias correction does: with beta1 = 0 it is RMSprop",
    hurts="averages that start at zero make the first steps up to (1 - beta1)/sqrt(1 - beta2) times Adam's",
)
def adam_uncorrected(g, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return lr * m / (sqrt(v) + eps), m, v
