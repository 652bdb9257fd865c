"""Fashion-MNIST with a convolutional network: as quick as MNIST, and harder."""

from functools import partial

from torch import Tensor, nn

from ravine.lab.problems.mnist_cnn import model
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.problems.published.images import SPLIT, images

MEAN, DEVIATION = 0.2860, 0.3530  # of the pixels of the published training images


def prepare(pixels: Tensor) -> Tensor:
    return ((pixels - MEAN) / DEVIATION).unsqueeze(1)


def data() -> Data:
    return images("fashion-mnist", prepare)


fashion_cnn = Problem(
    name="fashion-cnn",
    title="Fashion-MNIST, convolutional network",
    network="conv 16@5×5 – pool – conv 32@5×5 – pool – 128-10, ReLU; PyTorch's initial weights; cross-entropy",
    preprocessing=f"pixels from 0…255 to 0…1, less {MEAN}, divided by {DEVIATION}; {SPLIT}",
    data=data,
    model=partial(model, 16, 32, 128, 0.0),
    loss=nn.functional.cross_entropy,
    batch_size=64,
    epochs=10,
    evaluate_every=859,
    target=0.9,
)
