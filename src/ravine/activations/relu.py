"""ReLU: on or off. The slope is 1 or 0 and, as in PyTorch, 0 at the kink."""

from ravine.activations.activation import activation
from ravine.equations import maximum


@activation(
    title="ReLU",
    source="Fukushima 1969; in deep learning Nair & Hinton 2010",
    in_torch="torch.nn.ReLU()",
    good_at="no slope but 1 and 0, so that depth alone shrinks no gradient; cheap; at home in convolutional networks",
    hurts="a unit that is off for every example gets no gradient: it is dead, unless what it reads changes",
)
def relu(z):
    return maximum(0, z)
