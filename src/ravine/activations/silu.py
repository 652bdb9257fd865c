"""SiLU, or Swish: z times its own sigmoid."""

from ravine.activations.activation import activation
from ravine.equations import exp, where


@activation(
    title="SiLU",
    source="Elfwing, Uchibe & Doya 2017; as Swish Ramachandran, Zoph & Le 2017",
    in_torch="torch.nn.SiLU()",
    good_at="smooth, and open a little way below 0, with nothing dearer than an exponential",
    hurts="dearer than ReLU; it turns back below -1.28, so that two inputs may have one output",
)
def silu(z):
    return z * where(z < 0, exp(z) / (1 + exp(z)), 1 / (1 + exp(-z)))
