"""PyTorch's default: what nn.Linear and the convolutions begin with if nothing is said."""

from ravine.equations import sqrt
from ravine.initializers.initializer import initializer


@initializer(
    title="PyTorch's default of Linear",
    source="the old heuristic: Glorot & Bengio 2010, equation 1; in PyTorch's code kaiming_uniform_(a=√5)",
    distribution="uniform",
    bias="1 / sqrt(fan_in)",
    dialect="PyTorch",
    good_at="shallow networks; nothing has to be said",
    hurts="a third of the variance of LeCun's: through many layers the signal fades, and biases take its place",
)
def torch_linear(fan_in, fan_out):
    return 1 / sqrt(fan_in)
