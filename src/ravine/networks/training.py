"""A small network trained in NumPy, as a page trains it: the same start, batches and masks, in float64."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ravine.activations import activations
from ravine.backends import numpy as reference
from ravine.networks.first_weights import first_weights
from ravine.networks.perceptron import Array, backward, cross_entropy, forward, layers_of, squared_error
from ravine.networks.recipe import Recipe
from ravine.networks.threefry import Stream, shuffled, words
from ravine.schedules import schedules

_LAYERS = 64  # so many parts of the stream of masks belong to one step


@dataclass(frozen=True)
class Score:
    """How a network does on some examples, dropout off; accuracy is NaN for a curve.

    penalty: (λ/2)‖θ‖², where the decay is L2; the objective is the loss and the penalty.
    """

    loss: float
    accuracy: float
    penalty: float

    @property
    def objective(self) -> float:
        return self.loss + self.penalty


def batches(recipe: Recipe) -> Iterator[np.ndarray]:
    """The examples of each step: every epoch all of them in an order of its own, the last batch as small as is left."""
    size, epoch = recipe.batch or recipe.examples, 0
    while True:
        order = shuffled(recipe.seed, epoch, recipe.examples)
        yield from (order[first : first + size] for first in range(0, recipe.examples, size))
        epoch += 1


def masks(recipe: Recipe, step: int, rows: int) -> list[Array | None]:
    """The dropout of step `step`, from 1, of the inputs and each hidden layer: (rows, units), 0 or 1/(1 - p)."""
    drawn: list[Array | None] = []
    for layer, width in enumerate(recipe.sizes[:-1]):
        p = recipe.dropout if layer else recipe.dropout_inputs
        if p == 0:
            drawn.append(None)
            continue
        draws = words(recipe.seed, Stream.DROPOUT, _LAYERS * (step - 1) + layer, rows * width)
        kept = ((draws + 0.5) / 2**32 >= p).reshape(rows, width)
        drawn.append(kept / (1 - p))
    return drawn


class Training:
    """A network under way. `parameters` holds each layer's weights and biases; `gradient` that of the last step."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.task = recipe.task
        self.activation = activations[recipe.activation]
        self.parameters = first_weights(recipe)
        self.gradient = np.zeros_like(self.parameters)
        self.step = 0
        self._equation = recipe.decayed_rule().equation
        self._settings = recipe.hyperparameters()
        self._state = reference.start(self._equation, self.parameters, self._settings)
        self._batches = batches(recipe)

    def train(self, steps: int) -> "Training":
        """Takes so many more steps."""
        schedule = schedules[self.recipe.schedule]
        for t in range(self.step + 1, self.step + steps + 1):
            now = dict(self._settings)
            if "lr" in now:
                now["lr"] *= schedule(t, self.recipe.steps)
            at = reference.gradient_point(self._equation, self.parameters, self._state, t, now)
            self.gradient = self._gradient(at, next(self._batches), t)
            self.parameters, self._state = reference.step(
                self._equation, self.parameters, self.gradient, self._state, t, now
            )
            self.step = t
        return self

    def _gradient(self, parameters: Array, batch: np.ndarray, step: int) -> Array:
        x, targets = (part[batch] for part in self.task.train)
        layers, drop = layers_of(parameters, self.recipe.sizes), masks(self.recipe, step, len(batch))
        way = forward(layers, self.activation, x, drop)
        _, slope = self._loss(way.sums[-1], targets)
        return backward(layers, self.activation, way, slope, drop)

    def _loss(self, z: Array, targets: Array) -> tuple[float, Array]:
        return cross_entropy(z, targets) if self.task.classes else squared_error(z, targets)

    def predict(self, x: Array) -> Array:
        """The last sums: (n, classes), or (n, 1) of a curve."""
        return forward(layers_of(self.parameters, self.recipe.sizes), self.activation, x).sums[-1]

    def score(self, held_out: bool = False) -> Score:
        x, targets = self.task.held_out if held_out else self.task.train
        z = self.predict(x)
        accuracy = float(np.mean(z.argmax(axis=1) == targets)) if self.task.classes else float("nan")
        penalty = self.recipe.lam / 2 * float(self.parameters @ self.parameters) if self.recipe.decay == "l2" else 0.0
        return Score(self._loss(z, targets)[0], accuracy, penalty)
