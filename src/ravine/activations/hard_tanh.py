"""Hard tanh: z, cut off at 1 on both sides."""

from ravine.activations.activation import activation
from ravine.equations import maximum, minimum


@activation(
    title="Hard tanh",
    source="Collobert 2004",
    in_torch="torch.nn.Hardtanh()",
    good_at="tanh without an exponential",
    hurts="beyond 1 its slope is exactly 0: a unit can be dead on both sides",
)
def hard_tanh(z):
    return minimum(1, maximum(-1, z))
