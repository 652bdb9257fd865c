"""ELU: smooth below 0 where it levels off at -alpha, so that a layer's mean comes nearer to 0."""

from ravine.activations.activation import activation
from ravine.equations import expm1, where


@activation(
    title="ELU",
    source="Clevert, Unterthiner & Hochreiter 2015",
    in_torch="torch.nn.ELU(alpha={alpha})",
    good_at="outputs whose mean is nearer to 0 than ReLU's, and a slope below 0 as well",
    hurts="an exponential for each unit; far below 0 it saturates as the others do",
)
def elu(z, *, alpha=1.0):
    return where(z > 0, z, alpha * expm1(z))
