"""Published images as the examples of a problem."""

from collections.abc import Callable

import torch
from torch import Tensor

from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data
from ravine.lab.problems.published.files import load

VALIDATION = 5_000
SPLIT = "55,000 images to train, 5,000 of the published training images (drawn with seed 0) to validate, 10,000 to test"


def images(name: str, prepare: Callable[[Tensor], Tensor]) -> Data:
    """The set called `name`. prepare: pixels (n, 28, 28), from 0 to 1, → what a network gets."""
    train_pixels, train_labels, test_pixels, test_labels = map(torch.tensor, load(name))
    order = torch.randperm(len(train_labels), generator=torch.Generator().manual_seed(0))

    def split(pixels: Tensor, labels: Tensor) -> Split:
        return Split(prepare(pixels.float() / 255), labels.long())

    held, kept = order[:VALIDATION], order[VALIDATION:]
    return Data(
        split(train_pixels[kept], train_labels[kept]),
        split(train_pixels[held], train_labels[held]),
        split(test_pixels, test_labels),
    )
