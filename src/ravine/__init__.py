"""Ravine: write an optimizer once, as its equation; get the lesson, the picture, the optimizer and the experiment."""

from ravine.errors import RavineError
from ravine.rules import Rule, rule, rules

__version__ = "0.1.0"
__all__ = ["RavineError", "Rule", "rule", "rules"]
