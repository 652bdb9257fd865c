"""The studio's widgets in a notebook: `ravine.widget("landscape", rules=["sgd", "adam"])`, and their state."""

from ravine.studio.notebook.landscape import LandscapeWidget
from ravine.studio.notebook.make import widget
from ravine.studio.notebook.network import NetworkWidget
from ravine.studio.notebook.result import Result

__all__ = ["LandscapeWidget", "NetworkWidget", "Result", "widget"]
