"""A widget's state by its kind: most share one query, the living network has its own."""

from collections.abc import Callable, Mapping

from ravine.lessons import network_state, state
from ravine.lessons.state import State

READERS: Mapping[str, Callable[[str], State]] = {"network": network_state.read}


def read(kind: str, query: str) -> State:
    """Raises RavineError for what a widget of that kind does not know."""
    return READERS.get(kind, state.read)(query)
