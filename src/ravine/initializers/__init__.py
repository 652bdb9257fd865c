"""The initializers: a layer's first weights, one file each. Drop a file in and it takes part everywhere."""

from ravine.initializers.initializer import Initializer, initializer
from ravine.registry import Registry

__all__ = ["Initializer", "find_initializer", "initializer", "initializers"]

initializers = Registry("ravine.initializers", Initializer, "initializer", example="he_uniform")


def find_initializer(initializer: str | Initializer) -> Initializer:
    """An initializer, the one of that name, or that of a file (`mine.py`), which is run: not for names from the web."""
    return initializers.find(initializer)
