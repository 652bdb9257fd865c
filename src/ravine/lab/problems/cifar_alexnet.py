"""CIFAR-10 with the small AlexNet of Zhang et al. 2017, under true labels or random ones."""

from torch import nn

from ravine.errors import RavineError
from ravine.lab.problems import cifar_random_labels as perceptrons
from ravine.lab.problems.problem import Problem

CHANNELS = 64
SIDE = perceptrons.SIDE // 4  # pixels after two poolings


def model() -> nn.Module:
    """Two modules of 5×5 convolution, 3×3 pooling and local response normalisation, layers of 384, 192 and 10 units.

    That, and 1,387,786 parameters, is what the paper says; the 64 channels follow. The constants of the normalisation
    are those of TensorFlow's tutorial on CIFAR-10, which has these layers.
    """
    modules = [
        layer
        for channels in (3, CHANNELS)
        for layer in (
            nn.Conv2d(channels, CHANNELS, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.LocalResponseNorm(9, alpha=0.001, beta=0.75, k=1.0),
        )
    ]
    return nn.Sequential(
        nn.Unflatten(1, (3, perceptrons.SIDE, perceptrons.SIDE)),
        *modules,
        nn.Flatten(),
        nn.Linear(CHANNELS * SIDE * SIDE, 384),
        nn.ReLU(),
        nn.Linear(384, 192),
        nn.ReLU(),
        nn.Linear(192, 10),
    )


def build(share: float = 1.0, images: float = perceptrons.EXAMPLES) -> Problem:
    """share: of the training labels that are drawn anew, a tenth of which happen to be right. images: to train on."""
    if not float(images).is_integer() or not 1 <= images <= perceptrons.EXAMPLES or not 0 <= share <= 1:
        raise RavineError(
            "cifar-alexnet: share must be in [0, 1], and images a whole number of at least 1, "
            f"at most {perceptrons.EXAMPLES}"
        )
    like = perceptrons.build(share=share, images=images)
    return Problem(
        name="cifar-alexnet",
        title="CIFAR-10 by heart, small AlexNet",
        network=f"conv {CHANNELS}@5×5 – pool – local response normalisation, twice, 384-192-10, ReLU; "
        "PyTorch's initial weights; cross-entropy",
        preprocessing=like.preprocessing,
        data=like.data,
        model=model,
        loss=nn.functional.cross_entropy,
        batch_size=like.batch_size,
        epochs=like.epochs,
        evaluate_every=like.evaluate_every,
        target=like.target,
        settings={"share": share, "images": images},
        build=build,
    )


cifar_alexnet = build()
