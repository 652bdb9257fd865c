"""What a user's network or loss raises while it is trained, in a line."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ravine.errors import RavineError
from ravine.lab.problems.problem import Problem


class TrainingError(RavineError):
    """A user's code raised something while a network was made, trained or looked at."""


@contextmanager
def failing(problem: Problem, doing: str) -> Iterator[None]:
    """Turns what is raised meanwhile into a TrainingError that names the problem; the cause stays attached to it.

    Where memory ran out it is a RavineError: that says something of the machine, and nothing of the run.
    """
    try:
        yield
    except RavineError:
        raise
    except Exception as error:  # it is the user's code
        if _out_of_memory(error):
            raise RavineError(
                f"{problem.name}: {doing} failed: memory ran out; try a smaller stack, fewer workers or a smaller batch"
            ) from error
        message = (str(error).strip() or "no message").splitlines()[0]
        raise TrainingError(f"{problem.name}: {doing} failed: {type(error).__name__}: {message}") from error


def _out_of_memory(error: Exception) -> bool:
    """PyTorch's allocator on the processor raises a plain RuntimeError."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error)
