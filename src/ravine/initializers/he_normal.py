"""He's start: the signal keeps its power on the way through ReLU units."""

from ravine.equations import sqrt
from ravine.initializers.initializer import initializer


@initializer(
    title="He normal",
    source="He et al. 2015, equation 10",
    distribution="normal",
    dialect="paper",
    good_at="ReLU: a gain of √2 makes up for the half that it turns off; a leaky one of slope s wants √(2/(1 + s²))",
    hurts="with tanh: units begin further out than with Glorot's, where it is flatter",
)
def he_normal(fan_in, fan_out, *, gain=1.4142135623730951):
    return gain / sqrt(fan_in)


he_normal_keras = he_normal.variant(
    "he_normal_keras", title="He normal as in Keras", distribution="truncated", dialect="Keras"
)
