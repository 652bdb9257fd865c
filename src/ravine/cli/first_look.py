"""A second's look at a problem of one's own before `ravine compare` trains it."""

from ravine.cli.terminal import errors
from ravine.errors import RavineError
from ravine.lab.study.study import Study

# What would spoil every run alike; the rest may be meant.
STOPPING = ("nan", "same inputs", "softmax twice", "softmax across", "probabilities as logs", "sigmoid twice")


def first_look(study: Study, quiet: bool) -> None:
    """The quick part of `ravine check`: RavineError for what would spoil every run, a line each for the rest."""
    from ravine.lab.problems import problems  # with torch

    for problem in study.problems:
        if problem.name in problems:
            continue  # one of the lab's, which tests look over
        try:
            found = problem.check(quick=True).found
        except Exception:  # what the user's code raises is told by the runs, which count it
            continue
        for one in found:
            if one.kind == "wrong" and one.name in STOPPING:
                raise RavineError(f"{problem.name}: {one.says}; {one.advice}")
        if quiet:
            continue
        for one in found:
            if one.kind != "fact" and one.name != "left out":
                errors.say(f"{problem.name}: {one.says}")
