"""Softplus: ReLU with its corner rounded; its slope is the sigmoid. Neither branch overflows where it is taken."""

from ravine.activations.activation import activation
from ravine.equations import exp, log1p, where


@activation(
    title="Softplus",
    source="Dugas, Bengio, Bélisle, Nadeau & Garcia 2001",
    # PyTorch's own default takes z itself from 20 on, which is 2e-9 less.
    in_torch="torch.nn.Softplus(threshold=700)",
    good_at="a positive number at an output: a variance, a rate",
    hurts="never 0 and never centred at 0; an exponential and a logarithm for each unit",
)
def softplus(z):
    return where(z > 0, z + log1p(exp(-z)), log1p(exp(z)))
