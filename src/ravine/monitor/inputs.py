"""What a batch says of the data that a network is given: how large its numbers are, and whether examples differ."""

from torch import Tensor

from ravine.monitor.forward import sample
from ravine.monitor.look import Look
from ravine.monitor.outputs import FEWEST

AT_FIRST = 3  # looks at which the size is taken
OFTEN, SELDOM = 16, 4  # looks at each of which examples are set against each other; then at each fourth
MOST = 1 << 16  # numbers of a batch
ROWS, COLUMNS = 64, 1 << 10  # examples, and inputs of each, evenly spaced


def see(look: Look, x: Tensor, count: int) -> None:
    """Fills in the look. x: (n, …) of floating point. count: looks before this one."""
    if count < AT_FIRST:
        look.input_size = float(sample(x, MOST).float().pow(2).mean().sqrt())
    if (count >= OFTEN and count % SELDOM) or not x.dim() or len(x) < 2:
        return
    some = x.reshape(len(x), -1)[:ROWS]
    some = some[:, :: -(-some.shape[1] // COLUMNS)].float()
    look.input_spread = float((some[1:] - some[0]).abs().amax())
    if look.input_spread == 0:  # where most inputs are 0 for most examples, those chosen may be
        look.input_spread = float((x[1:] - x[:1]).abs().amax())
    if x.dim() > 1 and len(x) >= FEWEST:
        look.input_variance = float(some.var(0, unbiased=False).mean() / some.pow(2).mean().clamp_min(1e-30))
