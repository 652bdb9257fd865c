"""Leaky ReLU: the side that is off keeps a small slope, so that no unit is lost for good."""

from ravine.activations.activation import activation
from ravine.equations import where


@activation(
    title="Leaky ReLU",
    source="Maas, Hannun & Ng 2013",
    in_torch="torch.nn.LeakyReLU(negative_slope={negative_slope})",
    good_at="a unit that is off still learns, if slowly, and can come back",
    hurts="one more number to choose, on which frameworks differ",
    dialect="PyTorch",
)
def leaky_relu(z, *, negative_slope=0.01):
    return where(z > 0, z, negative_slope * z)


leaky_relu_keras = leaky_relu.variant(
    "leaky_relu_keras", defaults={"negative_slope": 0.3}, title="Leaky ReLU as in Keras", dialect="Keras"
)
