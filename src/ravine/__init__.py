"""Ravine: write an optimizer once, as its equation; get the lesson, the picture, the optimizer and the experiment."""

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from ravine.activations import Activation, activation, activations
from ravine.errors import RavineError, install
from ravine.initializers import Initializer, initializer, initializers
from ravine.lab import Comparison, compare
from ravine.landscapes import Landscape, landscape, landscapes
from ravine.monitor import Monitoring
from ravine.rules import Rule, rule, rules
from ravine.symptoms import Symptom, symptom, symptoms
from ravine.trajectory import Trajectory, descend
from ravine.version import __version__

if TYPE_CHECKING:
    from ravine import optim as optim
    from ravine.studio.notebook import widget as widget

monitor: Monitoring = Monitoring()  # assigned, not imported: a type checker takes an import for the room of that name

__all__ = [
    "Activation",
    "Comparison",
    "Initializer",
    "Landscape",
    "RavineError",
    "Rule",
    "Symptom",
    "Trajectory",
    "__version__",
    "activation",
    "activations",
    "compare",
    "descend",
    "initializer",
    "initializers",
    "landscape",
    "landscapes",
    "monitor",
    "rule",
    "rules",
    "symptom",
    "symptoms",
]


def __getattr__(name: str) -> ModuleType | Callable[..., object]:
    """`ravine.optim` is imported when it is first used: it needs PyTorch. So is `ravine.widget`, with the studio."""
    if name == "widget":
        made: Callable[..., object] = importlib.import_module("ravine.studio.notebook").widget
        return made
    if name == "optim":
        try:
            return importlib.import_module("ravine.optim")
        except ModuleNotFoundError as error:
            if error.name not in ("torch", "llvmlite"):
                raise
            raise ImportError(f"ravine.optim needs {error.name}: {install('torch')}") from None
    raise AttributeError(f"module 'ravine' has no attribute {name!r}")
