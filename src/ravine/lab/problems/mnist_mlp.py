"""MNIST with the network of Zeiler 2012: two hidden layers of tanh."""

from functools import partial

from torch import Tensor, nn

from ravine.errors import RavineError
from ravine.lab.problems.problem import Data, Problem
from ravine.lab.problems.published.images import SPLIT, images


def prepare(pixels: Tensor, scale: float, shift: float) -> Tensor:
    return ((pixels - shift) * scale).flatten(1)


def data(scale: float, shift: float) -> Data:
    return images("mnist", partial(prepare, scale=scale, shift=shift))


def model(gain: float, deviation: float) -> nn.Module:
    """784 pixels, 500 and 300 hidden units, 10 scores."""
    layers = [nn.Linear(784, 500), nn.Linear(500, 300), nn.Linear(300, 10)]
    for layer in layers:
        if deviation:
            nn.init.normal_(layer.weight, std=deviation)
        else:
            nn.init.xavier_uniform_(layer.weight, gain=gain)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(layers[0], nn.Tanh(), layers[1], nn.Tanh(), layers[2])


def build(gain: float = 1.0, deviation: float = 0.0, scale: float = 1.0, shift: float = 0.0) -> Problem:
    """The paper does not say how weights begin or pixels are scaled; here that can be searched.

    gain: of the uniform weights of Glorot & Bengio 2010. deviation: above 0, weights are normal with this deviation
    instead. scale, shift: a network gets (pixel - shift) × scale, pixels being from 0 to 1.
    """
    if min(gain, scale) <= 0 or deviation < 0:
        raise RavineError("mnist-mlp: gain and scale must be above 0, and deviation at least 0")
    start = f"normal, deviation {deviation:g}" if deviation else f"Glorot & Bengio 2010 (uniform), gain {gain:g}"
    moved = f", less {shift:g}" if shift else ""
    scaled = f", times {scale:g}" if scale != 1 else ""
    return Problem(
        name="mnist-mlp",
        title="MNIST, perceptron",
        network=f"784-500-300-10 perceptron, tanh; weights {start}, biases 0; cross-entropy",
        preprocessing=f"pixels from 0…255 to 0…1{moved}{scaled}; {SPLIT}",
        data=partial(data, scale=scale, shift=shift),
        model=partial(model, gain=gain, deviation=deviation),
        loss=nn.functional.cross_entropy,
        batch_size=100,
        epochs=6,
        evaluate_every=275,
        target=0.975,
        settings={"gain": gain, "deviation": deviation, "scale": scale, "shift": shift},
        build=build,
    )


mnist_mlp = build()
