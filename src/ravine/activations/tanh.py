"""Tanh: the sigmoid made symmetric about 0, with a slope of 1 there."""

from ravine.activations.activation import activation


@activation(
    title="Tanh",
    source="LeCun, Bottou, Orr & Müller 1998, section 4.4 (scaled there: 1.7159 tanh(2z/3))",
    in_torch="torch.nn.Tanh()",
    good_at="outputs centred at 0, and a slope near 1 while inputs are small; at home in recurrent networks",
    hurts="saturates on both sides: beyond |z| = 3 less than a hundredth of the gradient is passed back",
)
def tanh(z):
    return tanh(z)  # the language's word, as in every equation
