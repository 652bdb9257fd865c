"""RMSprop: divide the gradient by a running average of its recent size."""

from ravine.equations import sqrt
from ravine.rules.rule import rule

TIELEMAN = "Tieleman & Hinton 2012, Lecture 6.5, slide 29"
GRAVES = "Graves 2013, equations 38 to 41"
GOOD_AT = "damps the zigzag across a ravine, so that larger steps along it are possible; forgets old gradients"
HURTS = "the rate is still chosen by hand; the first steps, with an average that starts at zero, are the largest"
CENTERED_HURTS = HURTS + "; s - m**2 can round below zero and give NaN when gradients stay constant"


@rule(title="RMSprop", source=TIELEMAN, good_at=GOOD_AT, hurts=HURTS)
def rmsprop(g, s=0.0, *, lr=1e-2, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return lr * g / (sqrt(s) + eps), s


@rule(title="RMSprop with momentum", source=TIELEMAN, good_at=GOOD_AT, hurts=HURTS)
def rmsprop_momentum(g, s=0.0, b=0.0, *, lr=1e-2, alpha=0.99, eps=1e-8, momentum=0.9):
    s = alpha * s + (1 - alpha) * g**2
    b = momentum * b + g / (sqrt(s) + eps)
    return lr * b, s, b


@rule(title="RMSprop, centered", source=GRAVES, good_at=GOOD_AT, hurts=CENTERED_HURTS)
def rmsprop_centered(g, s=0.0, m=0.0, *, lr=1e-2, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    m = alpha * m + (1 - alpha) * g
    return lr * g / (sqrt(s - m**2) + eps), s, m


@rule(title="RMSprop, centered, with momentum", source=GRAVES, good_at=GOOD_AT, hurts=CENTERED_HURTS)
def rmsprop_centered_momentum(g, s=0.0, m=0.0, b=0.0, *, lr=1e-2, alpha=0.99, eps=1e-8, momentum=0.9):
    s = alpha * s + (1 - alpha) * g**2
    m = alpha * m + (1 - alpha) * g
    b = momentum * b + g / (sqrt(s - m**2) + eps)
    return lr * b, s, m, b


@rule(
    title="RMSprop, eps inside the root",
    source=TIELEMAN,
    dialect="Keras, optax",
    good_at=GOOD_AT,
    hurts=HURTS,
)
def rmsprop_keras(g, s="s0", b=0.0, *, lr=1e-3, rho=0.9, momentum=0.0, eps=1e-7, s0=0.0):
    s = rho * s + (1 - rho) * g**2
    b = momentum * b + lr * g / sqrt(s + eps)
    return b, s, b


@rule(
    title="RMSprop, centered, eps inside the root",
    source=GRAVES,
    dialect="Keras, optax",
    good_at=GOOD_AT,
    hurts=HURTS,
)
def rmsprop_centered_keras(g, s="s0", m=0.0, b=0.0, *, lr=1e-3, rho=0.9, momentum=0.0, eps=1e-7, s0=0.0):
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    b = momentum * b + lr * g / sqrt(s - m**2 + eps)
    return b, s, m, b


rmsprop_optax = rmsprop_keras.variant("rmsprop_optax", dialect="optax", defaults={"eps": 1e-8})
rmsprop_tf1 = rmsprop_keras.variant(
    "rmsprop_tf1",
    title="RMSprop of TensorFlow 1",
    dialect="TensorFlow 1",
    hurts="the rate is still chosen by hand; an average that starts at one makes the first steps small",
    defaults={"s0": 1.0, "eps": 1e-10},
)
