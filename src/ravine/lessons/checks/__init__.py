"""What the keys of questions are computed with: a question names a function of these files and its arguments.

A function that answers for an option returns whether what the option says is true; one that answers for a number
returns the number. Every public function of the files beside this one takes part.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ravine.errors import RavineError, unknown

Check = Callable[..., bool | float]


@cache
def checks() -> Mapping[str, Check]:
    """Every check by name."""
    found: dict[str, Check] = {}
    for module in pkgutil.iter_modules(__path__):
        for name, value in vars(importlib.import_module(f"{__name__}.{module.name}")).items():
            own = inspect.isfunction(value) and value.__module__.endswith(f".{module.name}")
            if own and not name.startswith("_"):
                if name in found:
                    raise RavineError(f"two files of ravine.lessons.checks define {name!r}")
                found[name] = value
    return found


def find(name: str, arguments: Mapping[str, Any]) -> Check:
    """The check of that name; refuses arguments that it does not take."""
    if name not in checks():
        raise unknown("check", name, checks())
    try:
        inspect.signature(checks()[name]).bind(**arguments)
    except TypeError as error:
        raise RavineError(f"the check {name}: {error}") from None
    return checks()[name]
