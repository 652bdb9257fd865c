"""MNIST with a small convolutional network: the kind that beginners' comparisons of optimizers train."""

from functools import partial

from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.problems.published.images import SPLIT, images

MEAN, DEVIATION = 0.1307, 0.3081  # of the pixels of the published training images


def prepare(pixels: Tensor) -> Tensor:
    return ((pixels - MEAN) / DEVIATION).unsqueeze(1)


def data() -> Data:
    return images("mnist", prepare)


def model(first: int, second: int, hidden: int, dropout: float) -> nn.Module:
    """Two convolutions, 28 → 24 → 12 → 8 → 4 pixels a side, and two linear layers; PyTorch's initial weights."""
    return nn.Sequential(
        nn.Conv2d(1, first, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(first, second, 5),
        nn.Dropout2d(dropout),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(second * 16, hidden),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(hidden, 10),
    )


def build(first: float = 10, second: float = 20, hidden: float = 50, dropout: float = 0.5) -> Problem:
    """first, second: channels of the convolutions. hidden: units of the linear layer. dropout: its probability."""
    given = (first, second, hidden)
    if not all(float(size).is_integer() and size >= 1 for size in given) or not 0 <= dropout < 1:
        raise RavineError(
            "mnist-cnn: first, second and hidden must be whole numbers of at least 1, and dropout in [0, 1)"
        )
    sizes = [int(size) for size in given]
    drops = f", dropout {dropout:g} after the second and the third" if dropout else ""
    return Problem(
        name="mnist-cnn",
        title="MNIST, convolutional network",
        network=f"conv {sizes[0]}@5×5 – pool – conv {sizes[1]}@5×5 – pool – {sizes[2]}-10, ReLU{drops}; "
        "PyTorch's initial weights; cross-entropy",
        preprocessing=f"pixels from 0…255 to 0…1, less {MEAN}, divided by {DEVIATION}; {SPLIT}",
        data=data,
        model=partial(model, sizes[0], sizes[1], sizes[2], dropout),
        loss=nn.functional.cross_entropy,
        batch_size=64,
        epochs=10,
        evaluate_every=859,
        target=0.98,
        settings={"first": first, "second": second, "hidden": hidden, "dropout": dropout},
        build=build,
    )


mnist_cnn = build()
