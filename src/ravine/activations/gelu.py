"""GELU: z times the chance that a standard normal number is smaller, and the form with tanh that stands for it."""

from ravine.activations.activation import activation
from ravine.equations import erfc, maximum, minimum, pi, sqrt, tanh


@activation(
    title="GELU",
    source="Hendrycks & Gimpel 2016, section 2",
    in_torch="torch.nn.GELU()",
    good_at="smooth, and open a little way below 0; what transformers use",
    hurts="dearer than ReLU; two forms are in use, which differ in the fourth digit",
    dialect="PyTorch, Keras",
)
def gelu(z):
    # 1 + erf(z/√2) is erfc(-z/√2), which keeps its digits far below 0.
    return z / 2 * erfc(-z / sqrt(2))


@activation(
    title="GELU, tanh form",
    source="Hendrycks & Gimpel 2016, section 2",
    in_torch="torch.nn.GELU(approximate='tanh')",
    good_at="GELU where erf is slow; what GPT-2 was trained with (Radford et al. 2019)",
    hurts="up to 5e-4 away from GELU: weights learned with one and used with the other lose a little",
    dialect="JAX",
)
def gelu_tanh(z):
    x = maximum(-10, minimum(z, 10))  # where tanh has long been ±1; z³ may overflow
    return z / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))
