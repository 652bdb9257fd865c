"""Glorot's start from a normal distribution of the same variance."""

from ravine.equations import sqrt
from ravine.initializers.initializer import initializer


@initializer(
    title="Glorot normal",
    source="Glorot & Bengio 2010, equation 12 (the variance)",
    distribution="normal",
    dialect="PyTorch",
    good_at="the same as Glorot uniform",
    hurts="the same as Glorot uniform; a few weights are large",
)
def glorot_normal(fan_in, fan_out, *, gain=1.0):
    return gain * sqrt(2 / (fan_in + fan_out))


glorot_normal_keras = glorot_normal.variant(
    "glorot_normal_keras", title="Glorot normal as in Keras", distribution="truncated", dialect="Keras"
)
