"""Numbers over steps or layers that curves and bars are drawn from, each computed from rules and networks."""

import json
from collections.abc import Callable, Mapping
from copy import copy
from functools import cache, partial
from typing import Any

import numpy as np

from ravine.activations import activations
from ravine.backends import numpy as reference
from ravine.backends.numpy import Array
from ravine.equations.evaluate import evaluate
from ravine.errors import unknown
from ravine.networks import Recipe, Training
from ravine.networks.perceptron import backward, cross_entropy, forward, layers_of
from ravine.rules import find_rule

READINGS = 60  # of a training
STREAMS: Mapping[str, Callable[[Array], Array]] = {
    "constant": np.ones_like,
    "sparse": lambda t: np.where(t % 10 == 0, 1.0, 0.0),
}

Series = tuple[Array, Array]  # at, value


def series(source: str, facts: Mapping[str, Any], one: Mapping[str, Any]) -> Series:
    """One of a scene's series. source: a key of `SOURCES`; facts: the scene's; one: its own."""
    if source not in SOURCES:
        raise unknown("source of a curve", source, SOURCES)
    return SOURCES[source](facts, one)


def _stream(facts: Mapping[str, Any], one: Mapping[str, Any]) -> Series:
    """What a rule makes of a stream of gradients: one of its lines by name (`shown`), else the length of its steps.

    A step in which no gradient comes is left out.
    """
    rule = find_rule(one["rule"])
    t = np.arange(1.0, facts["steps"] + 1)
    gradients = STREAMS[one["stream"]](t)
    settings = rule.settings({"lr": float(one["lr"])} if "lr" in one else {})
    theta = np.zeros(())
    state = reference.start(rule.equation, theta, settings)
    found = []
    for number, g in zip(t, gradients, strict=True):
        names: dict[str, Any] = {**settings, **state, "theta": theta, "g": g, "t": number}
        for part in rule.equation.parts():
            names[part.name] = evaluate(part.expression, names, reference.OPERATIONS)
        before = theta
        theta, state = reference.step(rule.equation, theta, g, state, int(number), settings)
        found.append(float(names[one["shown"]]) if "shown" in one else abs(float(theta - before)))
    values = np.array(found)
    return t[gradients != 0], values[gradients != 0]


def _chain(facts: Mapping[str, Any], one: Mapping[str, Any]) -> Series:
    """What is left of a gradient after each layer of one unit, from the output back to the input."""
    f, slopes, before = activations[one["label"]], [], float(facts["input"])
    for _ in range(facts["depth"]):
        z = float(facts["weight"]) * before
        slopes.append(float(f.slope(z)))
        before = float(f(z))
    left = np.cumprod(np.array(slopes[::-1]) * float(facts["weight"]))
    return np.arange(1.0, facts["depth"] + 1), left


def _layers(facts: Mapping[str, Any], one: Mapping[str, Any]) -> Series:
    """The norm of the first gradient of each hidden layer's weights, from the last layer back to the first."""
    training = Training(recipe(one["recipe"]))
    layers = layers_of(training.parameters, training.recipe.sizes)
    x, targets = training.task.train
    way = forward(layers, training.activation, x)
    gradient = backward(layers, training.activation, way, cross_entropy(way.sums[-1], targets)[1])
    norms = [float(np.linalg.norm(layer.weights)) for layer in layers_of(gradient, training.recipe.sizes)[:-1]]
    return np.arange(1.0, len(norms) + 1), np.array(norms[::-1])


def _training(measure: str, facts: Mapping[str, Any], one: Mapping[str, Any]) -> Series:
    """A share over the steps of a training."""
    steps, courses = _trained(json.dumps(one["recipe"]), int(facts["steps"]))
    measured = MEASURES["held_out" if one.get("held_out") else measure]
    return steps, np.array([measured(training) for training in courses])


@cache
def _trained(written: str, last: int) -> tuple[Array, list[Training]]:
    """A recipe, written as JSON, trained: the steps at which it is read, and the network as it is there."""
    training = Training(recipe(json.loads(written)))
    steps = [round(step) for step in np.linspace(0, last, READINGS + 1)]
    # A step makes new parameters and leaves the old, so a copy of the object keeps what it holds.
    return np.array(steps, dtype=np.float64), [copy(training.train(step - training.step)) for step in steps]


def _dead(training: Training) -> float:
    """The share of the first layer's units that are off for every example to train on."""
    layers = layers_of(training.parameters, training.recipe.sizes)
    return float((forward(layers[:1], training.activation, training.task.train[0]).sums[0] <= 0).all(0).mean())


def recipe(facts: Mapping[str, Any]) -> Recipe:
    """The recipe that a scene writes down."""
    return Recipe(**{**facts, "widths": tuple(facts["widths"]), "steps": 20_000})


MEASURES: Mapping[str, Callable[[Training], float]] = {
    "accuracy": lambda training: training.score().accuracy,
    "held_out": lambda training: training.score(held_out=True).accuracy,
    "dead": _dead,
}
SOURCES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Series]] = {
    "stream": _stream,
    "chain": _chain,
    "layers": _layers,
    "training": partial(_training, "accuracy"),
    "dead": partial(_training, "dead"),
}
