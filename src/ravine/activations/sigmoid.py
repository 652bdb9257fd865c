"""Sigmoid: a number between 0 and 1. Both branches are 1/(1 + e^-z); neither overflows where it is taken."""

from ravine.activations.activation import activation
from ravine.equations import exp, where


@activation(
    title="Sigmoid",
    source="Verhulst 1838 (the logistic curve); in networks Rumelhart, Hinton & Williams 1986, equation 2",
    in_torch="torch.nn.Sigmoid()",
    good_at="a probability at the output, a gate that opens and closes",
    hurts="its slope is a quarter at best, so that each layer of it shrinks the gradient; it is never centred at 0",
)
def sigmoid(z):
    return where(z < 0, exp(z) / (1 + exp(z)), 1 / (1 + exp(-z)))
