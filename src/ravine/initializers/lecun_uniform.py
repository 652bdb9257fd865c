"""LeCun's start from a uniform distribution of the same variance."""

from ravine.equations import sqrt
from ravine.initializers.initializer import initializer


@initializer(
    title="LeCun uniform",
    source="LeCun, Bottou, Orr & Müller 1998, equation 16 (the deviation)",
    distribution="uniform",
    dialect="Keras",
    good_at="a unit's input as large as each of its inputs: tanh and the sigmoid begin where they are steep",
    hurts="says nothing of the way back: where layers narrow or widen, gradients shrink or grow; too small for ReLU",
)
def lecun_uniform(fan_in, fan_out, *, gain=1.0):
    return gain * sqrt(3 / fan_in)
