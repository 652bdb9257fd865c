"""All weights alike, to be seen fail."""

from ravine.initializers.initializer import initializer


@initializer(
    title="A constant",
    source="a start that fails",
    distribution="constant",
    good_at="nothing, as weights",
    hurts="units of a layer that begin alike get like gradients and stay alike: a layer of any width is one unit",
)
def constant(fan_in, fan_out, *, value=0.5):
    return value
