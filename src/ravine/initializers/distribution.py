"""What first weights are drawn from: distributions about 0, each with one number for its size."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Generator, Tensor

TRUNCATED = 0.87962566103423978  # the deviation of a standard normal cut off at 2


@dataclass(frozen=True)
class Distribution:
    """size: the number's symbol in LaTeX, as in U(-a, a).

    returns:   what an initializer's equation gives, in words.
    latex:     what is drawn from, with {0} for the size; `draws` is whether it is a draw at all.
    bound:     size → the largest weight, in absolute value, that can come; deviation: size → the weights' deviation.
    fill:      fills a tensor in place, given the size and torch's generator (None: the default one).
    """

    name: str
    returns: str
    size: str
    latex: str
    bound: Callable[[float], float]
    deviation: Callable[[float], float]
    fill: "Callable[[Tensor, float, Generator | None], object]"
    draws: bool = True


def _truncated(tensor: "Tensor", size: float, generator: "Generator | None") -> object:
    from torch.nn.init import trunc_normal_

    wide = size / TRUNCATED
    return trunc_normal_(tensor, 0.0, wide, -2 * wide, 2 * wide, generator=generator)


DISTRIBUTIONS = {
    distribution.name: distribution
    for distribution in (
        Distribution(
            "uniform",
            "uniform between plus and minus",
            "a",
            r"\mathcal{{U}}\left(-{0}, {0}\right)",
            bound=lambda a: a,
            deviation=lambda a: a / math.sqrt(3),
            fill=lambda tensor, a, generator: tensor.uniform_(-a, a, generator=generator),
        ),
        Distribution(
            "normal",
            "normal about 0, of deviation",
            r"\sigma",
            r"\mathcal{{N}}\left(0, {0}^2\right)",
            bound=lambda deviation: math.inf if deviation else 0.0,
            deviation=lambda deviation: deviation,
            fill=lambda tensor, deviation, generator: tensor.normal_(0.0, deviation, generator=generator),
        ),
        # Cut off at two deviations and widened, so that what is left has the deviation wanted; Keras's.
        Distribution(
            "truncated",
            "normal about 0, cut off, of deviation",
            r"\sigma",
            r"\mathcal{{N}}\left(0, {0}^2\right) \text{{ cut off at }} 2.27\,{0}",
            bound=lambda deviation: 2 * deviation / TRUNCATED,
            deviation=lambda deviation: deviation,
            fill=_truncated,
        ),
        Distribution(
            "signs",
            "plus or minus",
            "a",
            r"\pm {0}",
            bound=abs,
            deviation=abs,
            fill=lambda tensor, a, generator: tensor.bernoulli_(0.5, generator=generator).mul_(2 * a).sub_(a),
        ),
        Distribution(
            "constant",
            "each",
            "w",
            "{0}",
            bound=abs,
            deviation=lambda value: 0.0,
            fill=lambda tensor, value, generator: tensor.fill_(value),
            draws=False,
        ),
    )
}
