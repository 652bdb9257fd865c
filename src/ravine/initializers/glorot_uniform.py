"""Glorot's uniform start: signal forward and gradient backward keep their size on the way through tanh units near 0."""

from ravine.equations import sqrt
from ravine.initializers.initializer import initializer


@initializer(
    title="Glorot uniform",
    source="Glorot & Bengio 2010, equation 16",
    distribution="uniform",
    dialect="paper",
    good_at="tanh, and whatever is near the identity about 0: signal and gradient keep their size through the layers",
    hurts="with ReLU, which halves the signal's power in each layer: deep down little is left",
)
def glorot_uniform(fan_in, fan_out, *, gain=1.0):
    return gain * sqrt(6 / (fan_in + fan_out))


keras_dense = glorot_uniform.variant(
    "keras_dense", title="Keras's default of Dense", source="Glorot & Bengio 2010, equation 16", dialect="Keras"
)
