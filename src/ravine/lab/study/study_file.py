"""Reads a study file: TOML, with the same names as the options of the command line and of `compare`."""

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ravine.errors import RavineError, unknown
from ravine.lab.study.entry import OPTIMIZERS, read_entries
from ravine.lab.study.spaces import RATES
from ravine.lab.study.study import Study
from ravine.rules.find import in_a_file

if TYPE_CHECKING:  # with torch
    from ravine.lab.problems.problem import Problem

BUDGET = ("epochs", "steps", "tuning_seeds", "seeds", "report", "judge", "evaluate_every", "halving")
KEYS = ("problem", "problems", "optimizer", "optimizers", "lrs", "schedule", "search", "metric", "target", *BUDGET)


def read_study(path: Path) -> Study:
    """The study in the file. RavineError, naming the file, the key and what is allowed, for anything else."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RavineError(f"cannot read {path}: {error.strerror}") from None
    except RecursionError:
        raise RavineError(f"{path} is nested too deeply") from None
    except ValueError as error:  # no TOML, no UTF-8, or a number of too many digits; or no name of a file
        raise RavineError(f"{path} is not TOML: {error}") from None
    try:
        return _study(path, facts)
    except RavineError as error:
        raise RavineError(f"{path}: {error}") from None


def _study(path: Path, facts: Mapping[str, Any]) -> Study:
    for key in facts:
        if key not in KEYS:
            raise unknown("key", key, KEYS)
    named, tables = facts.get("optimizers", ()), facts.get("optimizer", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RavineError("optimizer must be tables, each under [[optimizer]]; a list of names is optimizers = […]")
    if not isinstance(named, list | tuple):
        raise RavineError(f"optimizers must be a list of names, as in ['sgd', 'adam'], not {named!r}")
    both = [*named, *tables] if "optimizers" in facts or "optimizer" in facts else OPTIMIZERS
    return Study(
        name=path.stem,
        problems=tuple(
            measured(problem, facts.get("metric"), facts.get("target")) for problem in _problems(path.parent, facts)
        ),
        entries=read_entries(
            [_beside(path.parent, given) for given in both],
            facts.get("lrs", RATES),
            facts.get("schedule", "constant"),
            _table(facts),
        ),
        **{key: facts[key] for key in BUDGET if key in facts},
    )


def _table(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    search = facts.get("search", {})
    if not isinstance(search, Mapping):
        raise RavineError(f"search must be a table, as in [search] with batch_size = [16, 32], not {search!r}")
    return search


def _beside(folder: Path, given: Any) -> Any:
    """An optimizer's description, with a rule's file found in the folder of the study."""
    if isinstance(given, Mapping) and "rule" in given:
        return {**given, "rule": _beside(folder, given["rule"])}
    return _within(folder, given) if isinstance(given, str) and in_a_file(given) else given


def _within(folder: Path, given: str) -> str:
    """A file that a study names, which is run: one of its folder, so that a study that somebody sends runs no other."""
    file, suffix, _ = given.partition(".py")
    try:
        inside = (folder / (file + suffix)).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        inside = True  # it is no file, and the words for that come later
    if not inside:
        raise RavineError(
            f"{given} lies outside the study's folder: a study runs files of its own folder alone; copy it"
        )
    return str(folder / given)


def _problems(folder: Path, facts: Mapping[str, Any]) -> "list[Problem]":
    named, given = facts.get("problems", []), facts.get("problem", [])
    tables = [{"name": given}] if isinstance(given, str) else given
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise RavineError(f"problems must be a list of names, as in ['digits', 'quadratic'], not {named!r}")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RavineError("problem must be a name, or tables with a name and settings, each under [[problem]]")
    return [_problem(folder, table) for table in [*({"name": name} for name in named), *tables]]


def _problem(folder: Path, table: Mapping[str, Any]) -> "Problem":
    from ravine.lab.problems import find_problem

    settings = dict(table)
    name = settings.pop("name", None)
    if not isinstance(name, str):
        raise RavineError("a [[problem]] lacks its name, as in name = 'quadratic'")
    label = settings.pop("label", None)
    problem = find_problem(Path(_within(folder, name)) if name.endswith(".py") else name, settings)
    if label is None:
        return problem
    if not isinstance(label, str) or not label.strip():
        raise RavineError(f"{name}: label must be text, not {label!r}")
    return replace(problem, title=label)


def measured(problem: "Problem", metric: object, target: object) -> "Problem":
    """The problem with another metric or target, where they are given."""
    if metric is not None and metric != problem.metric:
        from ravine.lab.problems.own.preflight import check_metric
        from ravine.lab.problems.parts.measures import find_measure  # with torch

        found = find_measure(metric)
        own = found.measure if callable(metric) else None
        problem = replace(problem, metric=found.metric, measure=own, target=None)  # a target is for one metric
        check_metric(problem)
    if target is None:
        return problem
    if isinstance(target, bool) or not isinstance(target, int | float) or not abs(target) <= sys.float_info.max:
        raise RavineError(f"target must be a number, and finite, not {target!r:.40}")
    if problem.metric.share and not 0 < target <= 1:
        raise RavineError(f"target must be above 0 and at most 1, a share of the examples, not {target!r:.40}")
    return replace(problem, target=float(target))
