"""The problems: one file each. Drop a file in and its problem can be compared on."""

from collections.abc import Mapping
from pathlib import Path

from ravine.lab.problems.problem import Data, Problem
from ravine.registry import Registry

__all__ = ["Data", "Problem", "find_problem", "problems"]

problems = Registry("ravine.lab.problems", Problem, "problem")  # looking a name up imports torch


def find_problem(problem: str | Path | Problem, settings: Mapping[str, float] | None = None) -> Problem:
    """A problem, the one of that name, or that of a file (a path, or text that ends in .py), with these settings."""
    if isinstance(problem, Path) or (isinstance(problem, str) and problem.endswith(".py")):
        from ravine.lab.problems.own.own_problem import read_problem  # with torch

        found = read_problem(Path(problem))
    else:
        found = problems[problem] if isinstance(problem, str) else problem
    return found.with_settings(settings or {})
