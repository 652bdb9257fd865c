"""What joins a widget's frames to Python, where anywidget is installed: traits, and the module that carries them."""

from importlib.resources import files

import anywidget
import traitlets


class Link(anywidget.AnyWidget):
    """state: the widget's, as a query string, either way. results: what the frame reports. frame: its name."""

    _esm = (files("ravine.studio") / "static" / "notebook.js").read_text(encoding="utf-8")
    frame = traitlets.Unicode().tag(sync=True)
    state = traitlets.Unicode().tag(sync=True)
    results: traitlets.List[dict[str, object]] = traitlets.List().tag(sync=True)
