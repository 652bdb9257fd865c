"""He's start from a uniform distribution of the same variance."""

from ravine.equations import sqrt
from ravine.initializers.initializer import initializer


@initializer(
    title="He uniform",
    source="He et al. 2015, equation 10 (the variance)",
    distribution="uniform",
    dialect="PyTorch",
    good_at="ReLU: a gain of √2 makes up for the half that it turns off; a leaky one of slope s wants √(2/(1 + s²))",
    hurts="with tanh: units begin further out than with Glorot's, where it is flatter",
)
def he_uniform(fan_in, fan_out, *, gain=1.4142135623730951):
    return gain * sqrt(3 / fan_in)
