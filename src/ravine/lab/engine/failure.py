"""What a user's network or loss raises while it is trained, in a line."""

from collections.abc import Iterator
from contextlib import contextmanager

from ravine.errors import RavineError
from ravine.lab.problems.problem import Problem


class TrainingError(RavineError):
    """A user's code raised something while a network was made, trained or looked at."""


@contextmanager
def failing(problem: Problem, doing: str) -> Iterator[None]:
    """Turns what is raised meanwhile into a TrainingError that names the problem; the cause stays attached to it."""
    try:
        yield
    except RavineError:
        raise
    except Exception as error:  # it is the user's code
        message = (str(error).strip() or "no message").splitlines()[0]
        raise TrainingError(f"{problem.name}: {doing} failed: {type(error).__name__}: {message}") from error
