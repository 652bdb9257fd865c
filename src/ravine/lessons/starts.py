"""What first weights do to signals and gradients before the first step: measured in a deep net on digits; a table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ravine.activations import activations
from ravine.initializers import Initializer, initializers
from ravine.lessons.markdown import scrolling
from ravine.networks import Recipe
from ravine.networks.first_weights import first_weights
from ravine.networks.perceptron import cross_entropy, forward, layers_of
from ravine.shown import marked_up

DEPTH, WIDTH, EXAMPLES = 10, 64, 500


@dataclass(frozen=True)
class Start:
    """outputs: of each hidden layer; gradients: of the loss by each one's sums; as root mean squares over units and
    examples. loss: before any step."""

    outputs: tuple[float, ...]
    gradients: tuple[float, ...]
    loss: float

    @property
    def signal(self) -> float:
        """How large the last hidden layer's outputs are beside the first one's."""
        return self.outputs[-1] / self.outputs[0] if self.outputs[0] else 0.0

    @property
    def gradient(self) -> float:
        """How large the gradient is in the first hidden layer beside the last."""
        return self.gradients[0] / self.gradients[-1] if self.gradients[-1] else 0.0


def measure(init: str, activation: str, *, gain: float = 1.0, seed: int = 0) -> Start:
    """Ten hidden layers of 64, digits standardised, as the page's network draws them."""
    recipe = Recipe(
        data="digits", examples=EXAMPLES, scale="standard", widths=(WIDTH,) * DEPTH, activation=activation, init=init,
        gain=gain, seed=seed,
    )  # fmt: skip
    x, targets = recipe.task.train
    layers, f = layers_of(first_weights(recipe), recipe.sizes), activations[activation]
    way = forward(layers, f, x)
    loss, slope = cross_entropy(way.sums[-1], targets)
    gradients = []
    for layer, z in zip(layers[:0:-1], way.sums[-2::-1], strict=True):
        slope = (slope @ layer.weights) * f.slope(z)
        gradients.append(_size(slope))
    return Start(tuple(map(_size, way.inputs[1:])), tuple(reversed(gradients)), loss)


def starts_table(activation: str, names: Sequence[str]) -> str:
    """A row for each initializer: what it draws, and what becomes of signals, gradients and the first loss."""
    rows = "".join(_row(initializers[name], measure(name, activation)) for name in names)
    heads = ("first weights", "signal, layer 10 : 1", "gradient, layer 1 : 10", "first loss")
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    title = activations[activation].title
    return (
        f"{scrolling(f'Starts with {title}', 'narrow')}<table class='starts'>\n"
        f"<caption>{marked_up(title)}, ten hidden layers of 64, standardised digits</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(known: Initializer, start: Start) -> str:
    cells = "".join(f"<td>{_written(value)}</td>" for value in (start.signal, start.gradient, start.loss))
    return f'<tr><th scope="row">{marked_up(known.title)}</th>{cells}</tr>\n'


def _size(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _written(value: float) -> str:
    text = f"{value:.1e}" if value and not 1e-3 <= value < 1e5 else f"{value:.0f}" if value >= 100 else f"{value:.2g}"
    mantissa, power, exponent = text.partition("e")
    return f"{mantissa} · 10<sup>{int(exponent)}</sup>".replace("-", "−") if power else mantissa
