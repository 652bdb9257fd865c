"""All weights 0, to be seen fail."""

from ravine.initializers.initializer import initializer


@initializer(
    title="Zeros",
    source="a start that fails",
    distribution="constant",
    good_at="biases",
    hurts="units of a layer stay alike; with ReLU or tanh no gradient reaches anything but the last layer's biases",
)
def zeros(fan_in, fan_out):
    return 0
