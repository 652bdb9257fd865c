"""Hard sigmoid: three straight pieces in the sigmoid's place."""

from ravine.activations.activation import activation
from ravine.equations import maximum, minimum


@activation(
    title="Hard sigmoid",
    source="Howard et al. 2019, section 5.2 (ReLU6(z + 3)/6)",
    in_torch="torch.nn.Hardsigmoid()",
    good_at="gates on a small device: no exponential",
    hurts="beyond 3 its slope is exactly 0, where the sigmoid's is only small",
)
def hard_sigmoid(z):
    return minimum(1, maximum(0, (z + 3) / 6))
