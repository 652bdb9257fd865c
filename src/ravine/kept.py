"""A cache that lives no longer than what it was made for."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Owner = TypeVar("Owner")
Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


class _Values(dict[Hashable, Any]):
    """What is kept in an object; pickles and deep copies of that begin without."""

    def __reduce__(self) -> tuple[type["_Values"], tuple[()]]:
        return _Values, ()


def kept(
    function: Callable[Concatenate[Owner, Arguments], Value],
) -> Callable[Concatenate[Owner, Arguments], Value]:
    """Like functools.cache, but values are kept in their first argument, and so are freed with it.

    `cache` would hold on to every rule that anybody ever wrote, and to the machine code made of it.
    """
    place = f"kept by {function.__module__}.{function.__qualname__}"

    @wraps(function)
    def remembered(owner: Owner, /, *arguments: Arguments.args, **more: Arguments.kwargs) -> Value:
        values: dict[Hashable, Value] = owner.__dict__.setdefault(place, _Values())
        key = (arguments, tuple(sorted(more.items())))
        if key not in values:
            values[key] = function(owner, *arguments, **more)
        return values[key]

    return remembered
