"""A call of what the user wrote, which may raise whatever it likes."""

from collections.abc import Callable
from typing import Any

from ravine.errors import RavineError


def ran(what: str, call: Callable[[], Any], hint: str = "") -> Any:
    """What `call` gives; RavineError, in a line, for what it raises."""
    try:
        return call()
    except Exception as error:  # it is the user's code
        message = (str(error).strip() or "no message").splitlines()[0]
        raise RavineError(f"{what} raised {type(error).__name__}: {message}{hint}") from error
