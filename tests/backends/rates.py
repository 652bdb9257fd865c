"""The learning rates at which the engines are compared: a tenth of the best, at which paths turn too sharply."""

from functools import cache

from ravine.landscapes import landscapes
from ravine.trajectory import best_rate


@cache
def rate(rule: str, landscape: str) -> float:
    f = landscapes[landscape]
    return best_rate(rule, f, f.start, 100) / 10
