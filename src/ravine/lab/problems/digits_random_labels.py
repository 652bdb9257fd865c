"""Some handwritten digits under labels drawn by lot: how well is learned what cannot be understood? In seconds."""

from functools import partial

import torch
from torch import nn

from ravine.errors import RavineError
from ravine.lab.problems import digits as true
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem

EXAMPLES = 1077


def data(share: float, images: int) -> Data:
    """The first `images` of the digits' training images, `share` of them under a label drawn evenly from all ten.

    Validation data are the training examples themselves, under the labels that are trained.
    """
    known = true.data()
    assert isinstance(known.train, Split)
    labels = known.train.targets[:images].clone()
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randperm(images, generator=generator)[: round(share * images)]
    labels[drawn] = torch.randint(10, (len(drawn),), generator=generator)
    learned = Split(known.train.inputs[:images], labels)
    return Data(learned, learned, known.test)


def model(width: int) -> nn.Module:
    """64 pixels, `width` hidden units, 10 scores; PyTorch's initial weights."""
    return nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))


def build(share: float = 1.0, width: float = 128, images: float = 300) -> Problem:
    """share: of the training labels that are drawn anew, a tenth of which happen to be right.

    width: hidden units. images: how many are trained on, at most all 1077.
    """
    given = (width, images)
    if not all(float(size).is_integer() and size >= 1 for size in given) or images > EXAMPLES or not 0 <= share <= 1:
        raise RavineError(
            "digits-random-labels: share must be in [0, 1], and width and images whole numbers of at least 1, "
            f"images at most {EXAMPLES}"
        )
    units, trained = (int(size) for size in given)
    return Problem(
        name="digits-random-labels",
        title="Handwritten digits by heart",
        network=f"64-{units}-10 perceptron, ReLU; PyTorch's initial weights; cross-entropy",
        preprocessing=f"pixels from 0…16 to 0…1; {trained} images to train, {share:.0%} of their labels drawn evenly "
        "from all ten with seed 0; *validation* is on the images trained on; 360 to test, under their true labels",
        data=partial(data, share, trained),
        model=partial(model, units),
        loss=nn.functional.cross_entropy,
        batch_size=30,
        epochs=150,
        evaluate_every=10,
        target=0.99,
        settings={"share": share, "width": width, "images": images},
        build=build,
    )


digits_random_labels = build()
