"""LeCun's start: a unit's input has the deviation of its inputs."""

from ravine.equations import sqrt
from ravine.initializers.initializer import initializer


@initializer(
    title="LeCun normal",
    source="LeCun, Bottou, Orr & Müller 1998, equation 16",
    distribution="normal",
    dialect="paper",
    good_at="a unit's input as large as each of its inputs: tanh and the sigmoid begin where they are steep",
    hurts="says nothing of the way back: where layers narrow or widen, gradients shrink or grow; too small for ReLU",
)
def lecun_normal(fan_in, fan_out, *, gain=1.0):
    return gain / sqrt(fan_in)


lecun_normal_keras = lecun_normal.variant(
    "lecun_normal_keras", title="LeCun normal as in Keras", distribution="truncated", dialect="Keras"
)
