"""Checks of a network's training that goes wrong: what ails it, and whether a change of one thing heals it."""

from functools import cache

import numpy as np

from ravine.errors import unknown
from ravine.lessons.network_state import changed, read
from ravine.networks import Training
from ravine.networks.perceptron import layers_of

GROWN, LEARNED, LESS = 2.0, 0.99, 0.5


def ails(run: str, symptom: str) -> bool:
    """Whether the run, a state of the network widget, has the symptom, by the numbers that the page shows."""
    if symptom not in _SYMPTOMS:
        raise unknown("symptom", symptom, _SYMPTOMS)
    return bool(_SYMPTOMS[symptom](run))


def heals(run: str, change: str) -> bool:
    """Whether the change, as in "init=he_uniform", halves what the run ends at.

    That is the loss on the examples to train on; where those are learned by heart already, the loss on those held out.
    """
    held_out = _learned_by_heart(run)
    before, after = (_trained(each).score(held_out).loss for each in (run, changed(run, change)))
    return bool(after < LESS * before or (not np.isfinite(before) and np.isfinite(after)))


@cache
def _trained(run: str, steps: int = -1) -> Training:
    """The network of a state after so many steps, or all of them."""
    recipe = read(run).recipe
    with np.errstate(all="ignore"):
        return Training(recipe).train(recipe.steps if steps < 0 else steps)


def _vanishing(run: str) -> bool:
    """The first layer's gradient is less than a hundredth of the last one's, at the first step and at the last."""
    for steps in (1, -1):
        layers = layers_of(_trained(run, steps).gradient, read(run).recipe.sizes)
        first, *_, last = (np.linalg.norm(layer.weights) for layer in layers)
        if not 0 < first < last / 100:
            return False
    return True


def _dead(run: str) -> bool:
    """At the end most units of a hidden layer are off for every example; with weights that differ, unlike below."""
    trained = _trained(run)
    x = trained.task.train[0]
    for layer in layers_of(trained.parameters, trained.recipe.sizes)[:-1]:
        z = x @ layer.weights.T + layer.biases
        if (np.abs(trained.activation.slope(z)) < 1e-3).all(axis=0).mean() > 0.5 and not _same(layer.weights):
            return True
        x = trained.activation(z)
    return False


def _symmetric(run: str) -> bool:
    """At the end the units of some hidden layer are still copies of one another."""
    trained = _trained(run)
    return any(_same(layer.weights) for layer in layers_of(trained.parameters, trained.recipe.sizes)[:-1])


def _same(weights: np.ndarray) -> bool:
    return len(weights) > 1 and bool(np.ptp(weights, axis=0).max() < 1e-12)


def _diverging(run: str) -> bool:
    """It ends at more than twice its first loss, or at no number."""
    first, last = (_trained(run, steps).score().loss for steps in (0, -1))
    return not last <= GROWN * first


def _learned_by_heart(run: str) -> bool:
    """All that it trains on is right, and of what is held out a tenth less."""
    trained = _trained(run)
    train, held_out = trained.score().accuracy, trained.score(held_out=True).accuracy
    return train >= LEARNED and held_out < train - 0.1


_SYMPTOMS = {
    "vanishing": _vanishing,
    "dead": _dead,
    "symmetric": _symmetric,
    "diverging": _diverging,
    "overfitting": _learned_by_heart,
}
