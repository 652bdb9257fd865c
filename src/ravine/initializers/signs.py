"""Weights of plus and minus one, to be seen fail."""

from ravine.initializers.initializer import initializer


@initializer(
    title="±1",
    source="a start that fails",
    distribution="signs",
    good_at="nothing, as first weights",
    hurts="the signal grows with √fan_in in each layer: tanh saturates, ReLU's outputs and the first loss are huge",
)
def signs(fan_in, fan_out, *, value=1.0):
    return value
