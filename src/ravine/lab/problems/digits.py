"""Handwritten digits of 8 × 8 pixels, which come with scikit-learn: the problem that needs no download."""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem


def data() -> Data:
    """The 1797 images: 1077 to train, 360 to validate, 360 to test, each digit with the same share of all three."""
    pixels, digits = load_digits(return_X_y=True)
    rest, test, rest_digits, test_digits = train_test_split(
        pixels, digits, test_size=360, stratify=digits, random_state=0
    )
    train, validation, train_digits, validation_digits = train_test_split(
        rest, rest_digits, test_size=360, stratify=rest_digits, random_state=0
    )

    def split(pixels: object, digits: object) -> Split:
        return Split(torch.as_tensor(pixels, dtype=torch.float32) / 16, torch.as_tensor(digits))

    return Data(split(train, train_digits), split(validation, validation_digits), split(test, test_digits))


def model() -> nn.Module:
    """64 pixels, 32 hidden units, 10 scores."""
    hidden, scores = nn.Linear(64, 32), nn.Linear(32, 10)
    for layer in (hidden, scores):
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
    return nn.Sequential(hidden, nn.ReLU(), scores)


digits = Problem(
    name="digits",
    title="Handwritten digits",
    network="64-32-10 perceptron, ReLU; weights from He et al. 2015 (normal), biases 0; cross-entropy",
    preprocessing="pixels from 0…16 to 0…1; 1077 images to train, 360 to validate, 360 to test, stratified, seed 0",
    data=data,
    model=model,
    loss=nn.functional.cross_entropy,
    batch_size=32,
    epochs=15,
    evaluate_every=11,
    target=0.95,
)
