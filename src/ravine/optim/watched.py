"""PyTorch's wrapper around every optimizer's step, left out where there is nothing for it to do.

It runs the hooks and marks the step for whoever records what PyTorch does. The mark takes longer than the step of a
small model, and is made whether or not anybody records. CUDA's own monitor is told of it by another way, so that where
CUDA runs the wrapper stays.
"""

import ctypes
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import torch
from torch.optim import optimizer as hooks_of_all

from ravine.optim.native import library

Step = Callable[..., Any]


def only_if_watched(step: Step, wrapped: Step) -> Step:
    """A step that is `wrapped`, PyTorch's, where somebody could tell, and `step` itself where nobody can."""

    @wraps(wrapped)
    def chosen(self: torch.optim.Optimizer, *args: Any, **kwargs: Any) -> Any:
        if (
            torch.compiler.is_compiling()
            or self._optimizer_step_pre_hooks
            or self._optimizer_step_post_hooks
            or hooks_of_all._global_optimizer_pre_hooks
            or hooks_of_all._global_optimizer_post_hooks
            or torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
            or _recorded()()
        ):
            return wrapped(self, *args, **kwargs)
        return step(self, *args, **kwargs)

    return chosen


@cache
def _recorded() -> Callable[[], bool]:
    """Asks PyTorch whether anybody records: a profiler, a tracer, an observer in C++. Without an answer, yes."""
    functions = library()
    if functions is None or not hasattr(functions, "_ZN2at12hasCallbacksEv"):
        return lambda: True
    return ctypes.PYFUNCTYPE(ctypes.c_bool)(("_ZN2at12hasCallbacksEv", functions))
