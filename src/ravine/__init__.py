"""Ravine: write an optimizer once, as its equation; get the lesson, the picture, the optimizer and the experiment."""

import importlib
from typing import TYPE_CHECKING, Any

from ravine.activations import Activation, activation, activations
from ravine.errors import RavineError, install
from ravine.initializers import Initializer, initializer, initializers
from ravine.landscapes import Landscape, landscape, landscapes
from ravine.monitor import Monitoring
from ravine.rules import Rule, rule, rules
from ravine.symptoms import Symptom, symptom, symptoms
from ravine.trajectory import Trajectory, descend
from ravine.version import __version__

if TYPE_CHECKING:
    from ravine import lab as lab
    from ravine import optim as optim
    from ravine.lab import Comparison, compare
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


def __getattr__(name: str) -> Any:
    """What is imported when first used: `optim`, which needs PyTorch, the studio's `widget`, the lab, which is slow."""
    if name == "widget":
        return importlib.import_module("ravine.studio.notebook").widget
    if name == "optim":
        try:
            return importlib.import_module("ravine.optim")
        except ModuleNotFoundError as error:
            if error.name not in ("torch", "llvmlite"):
                raise
            raise ImportError(f"ravine.optim needs {error.name}: {install('torch')}") from None
    if name in ("lab", "compare", "Comparison"):
        lab = importlib.import_module("ravine.lab")
        return lab if name == "lab" else getattr(lab, name)
    raise AttributeError(f"module 'ravine' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), "Comparison", "compare", "lab", "optim", "widget"]
