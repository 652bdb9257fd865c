"""What a batch says of the data that a network is given: how large its numbers are, and whether examples differ."""

from collections.abc import Sequence

from torch import Tensor

from ravine.monitor.forward import sample
from ravine.monitor.look import Look
from ravine.monitor.outputs import FEWEST

AT_FIRST = 3  # looks at which the size is taken
OFTEN, SELDOM = 16, 4  # looks at each of which examples are set against each other; then at each fourth
MOST = 1 << 16  # numbers of a batch
ROWS, COLUMNS = 64, 1 << 10  # examples, and inputs of each, evenly spaced


def see(look: Look, given: Sequence[Tensor], count: int) -> None:
    """Fills in the look. given: what the network was given, (n, …) first. count: looks before this one."""
    x = given[0].detach()
    numbers = x.is_floating_point() and x.numel() > 0
    if numbers and count < AT_FIRST:
        look.input_size = float(sample(x, MOST).float().pow(2).mean().sqrt())
    if (count >= OFTEN and count % SELDOM) or not x.dim() or len(x) < 2:
        return
    if numbers and x.dim() > 1 and len(x) >= FEWEST:
        some = _some(x).float()
        look.input_variance = float(some.var(0, unbiased=False).mean() / some.pow(2).mean().clamp_min(1e-30))
    look.input_spread = max(_spread(one.detach()) for one in given if one.dim() and len(one) == len(x))


def _some(x: Tensor) -> Tensor:
    rows = x.reshape(len(x), -1)[:ROWS]
    return rows[:, :: -(-rows.shape[1] // COLUMNS) or 1]


def _spread(x: Tensor) -> float:
    """The largest difference to the first example; of what is looked up, 1 or 0."""
    if not x.numel():
        return 0.0
    if not x.is_floating_point():
        return float((x[1:] != x[:1]).any())
    some = _some(x)
    # Where most inputs are 0 for most examples, those chosen may all be.
    return float((some[1:] - some[0]).abs().amax()) or float((x[1:] - x[:1]).abs().amax())
