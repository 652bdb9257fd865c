"""A hook that can do no harm: what fails in it ends the monitor and not the training, and copies go without it."""

import warnings
from collections.abc import Callable
from typing import Any

import torch


def nothing(*_: Any, **__: Any) -> None:
    """What the hook is in a copy of the model: `copy.deepcopy` and pickling go on as ever."""


class Heard:
    """Calls `hear`, and gives nothing back: no hook of the monitor's changes what passes by."""

    def __init__(self, hear: Callable[..., None]):
        self.hear: Callable[..., None] = hear

    def __call__(self, *given: Any, **named: Any) -> None:
        if torch.compiler.is_dynamo_compiling():
            return  # a network that is compiled after it was watched: the hook is no part of what is compiled
        try:
            self.hear(*given, **named)
        except Exception as error:
            self.hear = nothing
            warnings.warn(f"ravine.monitor stopped watching a part: {type(error).__name__}: {error}", stacklevel=2)

    def __deepcopy__(self, memo: object) -> Callable[..., None]:
        return nothing

    def __reduce__(self) -> tuple[Callable[[], Callable[..., None]], tuple[()]]:
        return _nothing, ()


def _nothing() -> Callable[..., None]:
    return nothing
