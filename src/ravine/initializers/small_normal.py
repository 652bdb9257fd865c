"""A deviation of 0.01 whatever the width, to be seen fail in deep networks."""

from ravine.initializers.initializer import initializer


@initializer(
    title="Deviation 0.01",
    source="a start that fails; AlexNet's: Krizhevsky, Sutskever & Hinton 2012, section 5",
    distribution="normal",
    good_at="a network of one or two layers",
    hurts="the signal shrinks in every layer of fewer than 10,000 inputs, and the gradient with it",
)
def small_normal(fan_in, fan_out, *, deviation=0.01):
    return deviation
