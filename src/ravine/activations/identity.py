"""Identity: what an output has where any number is a right answer, and what a deep network must not have inside."""

from ravine.activations.activation import activation


@activation(
    title="Identity",
    source="Widrow & Hoff 1960 (Adaline)",
    in_torch="torch.nn.Identity()",
    good_at="the output of a regression; the yardstick of all others, since it changes no gradient",
    hurts="inside a network: any number of such layers is one matrix",
)
def identity(z):
    return z
