"""Checks that are a line of arithmetic."""

import numpy as np

from ravine.backends.numpy import OPERATIONS
from ravine.equations import evaluate, parse_formula


def value(of: str, **names: float) -> float:
    """The value of a formula in the equation language, as in of="lr / (1 - beta)"."""
    return float(evaluate(parse_formula(of, tuple(names)), names, OPERATIONS))


def uniform_loss(classes: float) -> float:
    """The cross-entropy of a classifier that gives every class the same probability, over equally many of each."""
    probabilities = np.full(int(classes), 1 / classes)
    return float(-(np.log(probabilities) * probabilities).sum())
