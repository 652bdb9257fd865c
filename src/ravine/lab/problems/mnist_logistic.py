"""Logistic regression on MNIST: the convex problem, whose minimum is one for all optimizers."""

from torch import Tensor, nn

from ravine.lab.problems.problem import Data, Problem
from ravine.lab.problems.published.images import SPLIT, images


def prepare(pixels: Tensor) -> Tensor:
    return pixels.flatten(1)


def data() -> Data:
    return images("mnist", prepare)


def model() -> nn.Module:
    """784 pixels, 10 scores."""
    layer = nn.Linear(784, 10)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


mnist_logistic = Problem(
    name="mnist-logistic",
    title="MNIST, logistic regression",
    network="784-10, one linear layer; weights and biases 0; cross-entropy (convex)",
    preprocessing=f"pixels from 0…255 to 0…1; {SPLIT}",
    data=data,
    model=model,
    loss=nn.functional.cross_entropy,
    batch_size=100,
    epochs=5,
    evaluate_every=275,
    target=0.92,
)
