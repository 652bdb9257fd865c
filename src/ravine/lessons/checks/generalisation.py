"""Checks of what a net knows beyond its training set, and of what weight decay is to a rule."""

from functools import cache

import numpy as np

from ravine.backends import numpy as reference
from ravine.networks import Recipe, Score, Training
from ravine.rules import rules


@cache
def _scores(random: float, width: int, steps: int) -> tuple[Score, Score, Score]:
    """Before training on 300 digits, after it, and on digits held out."""
    recipe = Recipe(
        data="digits", examples=300, random=random, widths=(width,), activation="relu", init="he_uniform",
        settings={"lr": 3e-3}, steps=steps,
    )  # fmt: skip
    training = Training(recipe)
    first = training.score()
    training.train(steps)
    return first, training.score(), training.score(held_out=True)


def tells_apart(measure: str) -> bool:
    """Whether a measure differs by a fifth and more between a net with true labels and one with labels by lot."""
    found = []
    for random in (0.0, 1.0):
        first, last, held_out = _scores(random, 128, 1200)
        found.append({"training": last.accuracy, "held out": held_out.accuracy, "first loss": first.loss}[measure])
    return abs(found[0] - found[1]) > 0.2 * max(found)


def learns_by_heart(width: int) -> bool:
    """Whether a hidden layer so wide gets more than 99 % of 300 labels by lot right, after 200 epochs."""
    return _scores(1.0, width, 2000)[1].accuracy > 0.99


def l2_is_decay(rule: str, steps: int = 20) -> bool:
    """Whether L2 and decoupled decay of the same strength make the same steps of a rule."""
    ends = []
    for form in ("l2", "decoupled"):
        decayed = rules[f"{rule}+{form}"]
        settings = decayed.settings({"lr": 0.05, "weight_decay": 0.1})
        theta = np.array([1.0, -2.0])
        state = reference.start(decayed.equation, theta, settings)
        for t in range(1, steps + 1):
            g = np.array([0.1, 5.0]) * np.sin(t)
            theta, state = reference.step(decayed.equation, theta, g, state, t, settings)
        ends.append(theta)
    return bool(np.allclose(ends[0], ends[1]))


def first_loss_above(least: float, init: str = "he_uniform", random: float = 0.0, rate: float = 0.01) -> bool:
    """Whether the loss before the first step is so high, of a net with one hidden layer; `rate` cannot matter."""
    recipe = Recipe(
        data="digits", examples=200, random=random, scale="standard", widths=(64,), activation="relu", init=init,
        settings={"lr": rate},
    )  # fmt: skip
    return Training(recipe).score().loss > least


def knows_training_alone(
    random: float = 0.0, rate: float = 0.003, init: str = "he_uniform", activation: str = "relu", layers: int = 1
) -> bool:
    """Whether a net gets more than 95 % of its training set right, and less than 30 % of what is held out."""
    recipe = Recipe(
        data="digits", examples=60, random=random, widths=(64,) * layers, activation=activation, init=init,
        settings={"lr": rate}, steps=400,
    )  # fmt: skip
    training = Training(recipe).train(400)
    return training.score().accuracy > 0.95 and training.score(held_out=True).accuracy < 0.3
