"""CIFAR-10 with the perceptrons of Zhang et al. 2017, under true labels or random ones: what is learned by heart."""

from functools import partial

import torch
from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.problems.published.cifar import load_cifar

SIDE = 28  # pixels that are left of 32
MARGIN = (32 - SIDE) // 2
EXAMPLES = 50_000
VALIDATED = 5_000


def whitened(pixels: Tensor) -> Tensor:
    """Each image's centre (n, 3, 28, 28) less its mean, divided by its deviation, which counts as 1/√2352 at least."""
    centre = pixels[:, :, MARGIN : MARGIN + SIDE, MARGIN : MARGIN + SIDE].float().flatten(1)
    mean, deviation = centre.mean(1, keepdim=True), centre.std(1, correction=0, keepdim=True)
    return (centre - mean) / deviation.clamp(min=centre.shape[1] ** -0.5)


def data(share: float, images: int) -> Data:
    """The first `images` of the training images, `share` of them under a label drawn evenly from all ten.

    Validation data are up to 5,000 of the training examples themselves, under the labels that are trained.
    """
    train_pixels, train_labels, test_pixels, test_labels = map(torch.tensor, load_cifar())
    labels = train_labels[:images].long()
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randperm(images, generator=generator)[: round(share * images)]
    labels[drawn] = torch.randint(10, (len(drawn),), generator=generator)
    train = Split(whitened(train_pixels[:images]), labels)
    learned = Split(train.inputs[:VALIDATED], labels[:VALIDATED])
    return Data(train, learned, Split(whitened(test_pixels), test_labels.long()))


def model(hidden: int, width: int) -> nn.Module:
    """2352 numbers, `hidden` layers of `width` units, 10 scores; PyTorch's initial weights."""
    sizes = [3 * SIDE * SIDE, *[width] * hidden]
    layers = [layer for fan_in in sizes[:-1] for layer in (nn.Linear(fan_in, width), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 10))


def build(share: float = 1.0, hidden: float = 1, width: float = 512, images: float = EXAMPLES) -> Problem:
    """share: of the training labels that are drawn anew, a tenth of which happen to be right.

    hidden: how many layers of `width` units. images: how many are trained on. The paper's table has share 0 and 1,
    hidden 1 and 3, all images.
    """
    given = (hidden, width, images)
    if not all(float(size).is_integer() and size >= 1 for size in given) or images > EXAMPLES or not 0 <= share <= 1:
        raise RavineError(
            "cifar-random-labels: share must be in [0, 1], and hidden, width and images whole numbers of at least 1, "
            f"images at most {EXAMPLES}"
        )
    sizes = [int(size) for size in given]
    units = "-".join(str(size) for size in (3 * SIDE * SIDE, *[sizes[1]] * sizes[0], 10))
    return Problem(
        name="cifar-random-labels",
        title="CIFAR-10 by heart",
        network=f"{units} perceptron, ReLU; PyTorch's initial weights; cross-entropy",
        preprocessing=f"centres of {SIDE}×{SIDE} pixels, each less its mean and divided by its deviation; {sizes[2]:,} "
        f"images to train, {share:.0%} of their labels drawn evenly from all ten with seed 0; *validation* is on up to "
        f"{VALIDATED:,} of the images trained on; 10,000 to test, under their true labels",
        data=partial(data, share, sizes[2]),
        model=partial(model, sizes[0], sizes[1]),
        loss=nn.functional.cross_entropy,
        batch_size=128,
        epochs=100,
        evaluate_every=391,
        target=0.99,
        settings={"share": share, "hidden": hidden, "width": width, "images": images},
        build=build,
    )


cifar_random_labels = build()
