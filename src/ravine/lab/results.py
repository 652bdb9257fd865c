"""A store as a table: one row a run, asked in SQL, written as CSV or Parquet. DuckDB does the work."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ravine.errors import RavineError, install, unknown
from ravine.files import check_writable, replacing
from ravine.lab.run import CURVES, Run
from ravine.lab.store import Store

FORMATS = {".csv": "(HEADER)", ".parquet": "(FORMAT parquet)"}
COLUMNS = {
    **dict.fromkeys(("key", "problem", "problem_settings", "rule", "hyperparameters", "schedule"), "VARCHAR"),
    "lr": "DOUBLE",
    **dict.fromkeys(("seed", "steps", "batch_size"), "BIGINT"),
    **dict.fromkeys((*CURVES, "test_loss", "test_metric"), "DOUBLE"),
    "diverged": "BOOLEAN",
    "seconds": "DOUBLE",
    "how": "VARCHAR",
    "looks": "BIGINT[]",
    **{f"{name}_curve": "DOUBLE[]" for name in CURVES},
}
SUMMARY = """
    WITH settings AS (
        SELECT problem, rule, schedule, steps, lr, count(*) AS runs, sum(diverged::INTEGER) AS diverged,
            CASE WHEN count(validation_loss) = count(*) THEN avg(validation_loss) END AS loss,
            avg(validation_metric) AS metric, avg(test_metric) AS test
        FROM runs GROUP BY problem, problem_settings, rule, hyperparameters, schedule, steps, lr
    )
    SELECT problem, rule || CASE schedule WHEN 'constant' THEN '' ELSE ', ' || schedule END AS optimizer, steps,
        sum(runs)::BIGINT AS runs, arg_min(lr, loss) AS "best lr", min(loss) AS "val. loss",
        arg_min(metric, loss) AS "val. metric", arg_min(test, loss) AS "test metric",
        round(100 * sum(diverged) / sum(runs))::BIGINT AS "diverged %"
    FROM settings GROUP BY problem, rule, schedule, steps ORDER BY problem, steps, "val. loss"
"""


class Results:
    """Runs of a store, as the table `runs` of a database in memory. Its columns are those of `COLUMNS`.

    only: what columns must hold, such as {"problem": "digits"}; None is anything.

    The last value of each curve stands under its name, and the curve beside it as a list; what is infinite is NULL.
    """

    def __init__(self, folder: Path, only: Mapping[str, str | None]):
        try:
            import duckdb
        except ModuleNotFoundError:
            raise RavineError(f"reading results needs DuckDB: {install('results')}") from None
        if not folder.is_dir():
            raise RavineError(f"there is no folder {folder}")
        self._error = duckdb.Error
        self._database = duckdb.connect(config={"autoinstall_known_extensions": False})
        with tempfile.TemporaryDirectory() as scratch:
            lines = Path(scratch) / "runs.json"
            rows = [_row(run) for run in Store(folder).runs()]
            if not rows:
                raise RavineError(f"there are no runs in {folder}")
            for column, value in only.items():
                rows = _only(column, value, rows)
            lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
            self._database.execute(
                f"CREATE TABLE runs AS SELECT * FROM read_json(?, format='newline_delimited', columns={{{columns}}})",
                [str(lines)],
            )

    def ask(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The headings and rows that a query gives. RavineError, with the database's words, for one that fails."""
        try:
            found = self._database.execute(query)
        except self._error as error:
            raise RavineError(f"SQL: {_one_line(error)}") from None
        return [column[0] for column in found.description or ()], found.fetchall()

    def write(self, query: str, path: Path) -> None:
        """Writes what a query gives, as the ending of `path` says: .csv or .parquet."""
        check_results_file(path)
        with replacing(path) as draft:
            self.ask(f"COPY ({query}) TO '{str(draft).replace(chr(39), 2 * chr(39))}' {FORMATS[path.suffix.lower()]}")


def check_results_file(path: Path) -> None:
    """RavineError unless results can be written to `path`."""
    if path.suffix.lower() not in FORMATS:
        raise RavineError(f"cannot write {path}: its ending must be one of {' '.join(FORMATS)}")
    check_writable(path)


def _only(column: str, value: str | None, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = {row[column] for row in rows}
    if value is not None and value not in found:
        raise unknown(f"{column} among the runs", value, found)
    return [row for row in rows if value in (None, row[column])]


def _row(run: Run) -> dict[str, Any]:
    facts = run.as_dict()
    configuration = facts.pop("configuration")
    row = {**configuration, **facts, "key": run.configuration.key(), "lr": run.configuration.lr}
    for name in ("problem_settings", "hyperparameters"):
        row[name] = " ".join(f"{key}={value:g}" for key, value in configuration[name].items())
    for name in CURVES:
        row[f"{name}_curve"], row[name] = facts[name], facts[name][-1]
    return {name: row[name] for name in COLUMNS}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
