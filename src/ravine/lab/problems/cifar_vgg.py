"""CIFAR-10 with a small VGG, batch norm and dropout: the kind of network on which Wilson et al. 2017 tried Adam."""

from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.problems.published.cifar import load_cifar

SIDE = 32  # pixels
SIDES = (8, 16, 32)
STAGES = 3  # each halves the side
HIDDEN = 64
EXAMPLES, VALIDATION = 45_000, 5_000
MEAN = (0.4914, 0.4822, 0.4465)  # of the published training images, by colour; likewise the deviation
DEVIATION = (0.2470, 0.2435, 0.2616)


def prepare(pixels: Tensor, side: int) -> Tensor:
    """(n, 3, 32, 32) from 0…255 → (n, 3, side, side), means of squares of pixels, standardised by colour."""
    shrunk = nn.functional.avg_pool2d(pixels.float() / 255, SIDE // side)
    mean, deviation = (torch.tensor(of).view(1, 3, 1, 1) for of in (MEAN, DEVIATION))
    return (shrunk - mean) / deviation


def data(images: int, validated: int, side: int) -> Data:
    """The first `images` of the training images, and the last `validated` of them to validate."""
    train_pixels, train_labels, test_pixels, test_labels = map(torch.tensor, load_cifar())
    held = len(train_labels) - validated

    def split(pixels: Tensor, labels: Tensor) -> Split:
        return Split(prepare(pixels, side), labels.long())

    return Data(
        split(train_pixels[:images], train_labels[:images]),
        split(train_pixels[held:], train_labels[held:]),
        split(test_pixels, test_labels),
    )


def model(width: int, side: int, dropout: float) -> nn.Module:
    """Three stages of a 3×3 convolution, batch norm, ReLU and pooling, and two linear layers."""
    channels = [3, *(width * 2**stage for stage in range(STAGES))]
    layers: list[nn.Module] = []
    for before, after in pairwise(channels):
        convolution = nn.Conv2d(before, after, 3, padding=1, bias=False)
        layers += [convolution, nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    pixels = (side // 2**STAGES) ** 2
    return nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(channels[-1] * pixels, HIDDEN, bias=False),
        nn.BatchNorm1d(HIDDEN),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(HIDDEN, 10),
    )


def build(
    width: float = 16, dropout: float = 0.5, side: float = SIDE, images: float = EXAMPLES, validated: float = VALIDATION
) -> Problem:
    """width: channels of the first stage, doubled by the second and the third. dropout: its probability.

    side: pixels, 8, 16 or 32. images, validated: how many are trained on, and how many of the others validate.
    """
    given = (width, side, images, validated)
    if not all(float(size).is_integer() and size >= 1 for size in given) or side not in SIDES or not 0 <= dropout < 1:
        raise RavineError(
            "cifar-vgg: width, images and validated must be whole numbers of at least 1, side 8, 16 or 32, "
            "and dropout in [0, 1)"
        )
    if images + validated > EXAMPLES + VALIDATION:
        raise RavineError(f"cifar-vgg: images and validated must come to {EXAMPLES + VALIDATION} at most")
    wide, pixels, trained, held = (int(size) for size in given)
    drops = f", dropout {dropout:g} before each linear layer" if dropout else ""
    stages = " – ".join(f"conv {wide * 2**stage}@3×3 – pool" for stage in range(STAGES))
    shrunk = f"shrunk to {pixels}×{pixels}, " if pixels < SIDE else ""
    return Problem(
        name="cifar-vgg",
        title="CIFAR-10, small VGG",
        network=f"{stages} – {HIDDEN}-10, ReLU, batch norm after all but the last{drops}; PyTorch's initial weights; "
        "cross-entropy",
        preprocessing=f"images {shrunk}from 0…255 to 0…1, standardised by colour; {trained:,} of the published "
        f"training images to train, {held:,} others to validate, 10,000 to test",
        data=partial(data, trained, held, pixels),
        model=partial(model, wide, pixels, dropout),
        loss=nn.functional.cross_entropy,
        batch_size=128,
        epochs=20,
        evaluate_every=351,
        target=0.6,
        settings={"width": width, "dropout": dropout, "side": side, "images": images, "validated": validated},
        build=build,
    )


cifar_vgg = build()
