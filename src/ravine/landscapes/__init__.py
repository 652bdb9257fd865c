"""The landscapes: test functions, one file each. Drop a file in and it takes part everywhere."""

from ravine.landscapes.landscape import Domain, Landscape, from_formula, landscape
from ravine.registry import Registry

__all__ = ["Domain", "Landscape", "from_formula", "landscape", "landscapes"]

landscapes = Registry("ravine.landscapes", Landscape, "landscape")
