"""Checks of published figures, read from the table that the lesson shows."""

import re
from collections.abc import Mapping

import numpy as np

from ravine.backends.numpy import Array
from ravine.errors import RavineError
from ravine.lessons.parts import lesson


def _table(name: str, column: str) -> tuple[list[str], Array]:
    """The columns' names and the percentages, (rows, columns), of the first of a lesson's tables with that column."""
    for found in re.finditer(r"^\|(.+)\|\n\|[-|]+\|\n((?:\|.+\n)+)", lesson(name).source.read(), re.MULTILINE):
        columns = [cell.strip() for cell in found[1].split("|")[1:]]
        if column in columns:
            rows = [re.findall(r"([\d.]+) %", row) for row in found[2].splitlines()]
            return columns, np.array(rows, dtype=float)
    raise RavineError(f"no table of the lesson {name} has a column {column!r}")


def least_in_every_row(table: str, column: str) -> bool:
    """Whether a column holds the lowest figure of each row."""
    columns, figures = _table(table, column)
    return bool((figures.argmin(axis=1) == columns.index(column)).all())


def each_least_somewhere(table: str, column: str) -> bool:
    """Whether every column of the table that has `column` holds the lowest figure of some row."""
    columns, figures = _table(table, column)
    return set(figures.argmin(axis=1)) == set(range(len(columns)))


def span_of(table: str, columns: list[str]) -> float:
    """How many times the lowest figure of these columns goes into their highest."""
    names, figures = _table(table, columns[0])
    chosen = figures[:, [names.index(column) for column in columns]]
    return float(chosen.max() / chosen.min())


def spans(factors: Mapping[str, float], columns: Mapping[str, list[str]]) -> bool:
    """Whether each factor, by lesson, is that from the lowest to the highest figure of the columns given, to 3 %."""
    return all(bool(np.isclose(span_of(name, columns[name]), factor, rtol=0.03)) for name, factor in factors.items())
