"""The problems: one file each. Drop a file in and its problem can be compared on."""

from ravine.lab.problems.problem import Data, Problem, Split
from ravine.registry import Registry

__all__ = ["Data", "Problem", "Split", "problems"]

problems = Registry("ravine.lab.problems", Problem, "problem")  # looking a name up imports torch
