"""Dead units: off for every example of many, and without any gradient at all."""

import math
from collections.abc import Iterable

from ravine.monitor.look import Look

EXAMPLES = 160  # for which a unit must have been off
LOOKS = 3


def dead(name: str, looks: Iterable[Look]) -> float:
    """The share of a layer's units that are dead over these looks, as many of them as it takes to have seen enough."""
    units, examples, count = None, 0, 0
    for look in looks:
        layer = look.layers.get(name)
        if layer is None or layer.off is None or layer.still is None or layer.off.shape != layer.still.shape:
            return math.nan
        both = layer.off & layer.still
        units = both if units is None else units & both
        examples, count = examples + layer.examples, count + 1
        if examples >= EXAMPLES and count >= LOOKS:
            return float(units.float().mean())
    return math.nan
