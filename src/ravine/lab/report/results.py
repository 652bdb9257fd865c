"""A store as a table: one row a run, asked in SQL, written as CSV or Parquet, by DuckDB."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ravine.errors import RavineError, install, unknown
from ravine.files import check_writable, replacing, scratch
from ravine.lab.report.searches import summary
from ravine.lab.store.run import CURVES, Run
from ravine.lab.store.store import Store

FORMATS = {".csv": "FORMAT csv, HEADER", ".parquet": "FORMAT parquet"}
# Nothing is fetched, nothing is spilled into the working folder, and no variable of this program is a table.
_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",
}
COLUMNS = {
    **dict.fromkeys(
        ("key", "problem", "problem_settings", "fingerprint", "rule", "hyperparameters", "arguments", "schedule"),
        "VARCHAR",
    ),
    "lr": "DOUBLE",
    **dict.fromkeys(("seed", "steps", "until", "batch_size"), "BIGINT"),
    **dict.fromkeys((*CURVES, "test_loss", "test_metric"), "DOUBLE"),
    "diverged": "BOOLEAN",
    "seconds": "DOUBLE",
    "how": "VARCHAR",
    "looks": "BIGINT[]",
    **{f"{name}_curve": "DOUBLE[]" for name in CURVES},
}


class Results:
    """Runs of a store, as the table `runs` of a database in memory. Its columns are those of `COLUMNS`.

    only: what columns must hold, such as {"problem": "digits"}; None is anything.

    The last value of each curve stands under its name, and the curve beside it as a list; what is infinite is NULL.
    """

    def __init__(self, folder: Path, only: Mapping[str, str | None]):
        if not folder.is_dir():
            raise RavineError(f"there is no folder {folder}")
        store = Store(folder)
        self.runs = list(store.runs())
        self.unreadable = store.complaints()
        if not self.runs:
            raise RavineError("; ".join((*self.unreadable[:1], f"there are no runs in {folder}")))
        for column, value in only.items():
            self.runs = _only(column, value, self.runs)
        self._closed = False

    @cached_property
    def _duckdb(self) -> Any:
        try:
            import duckdb
        except ModuleNotFoundError:
            raise RavineError(f"SQL and files of results need DuckDB: {install('results')}") from None
        return duckdb

    @cached_property
    def _database(self) -> Any:
        """With the table, which is made when something is asked of it: the summary does without."""
        database = self._duckdb.connect(config=_CONFIGURATION)
        with scratch("ravine-runs.json") as path:
            with path.open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps(_row(run)) + "\n" for run in self.runs)
            columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
            database.execute(
                f"CREATE TABLE runs AS SELECT * FROM read_json(?, format='newline_delimited', columns={{{columns}}})",
                [str(path)],
            )
        return database

    def summary(self) -> list[dict[str, Any]]:
        """A row for each search, chosen and judged as a comparison does it: see `searches.summary`."""
        return summary(self.runs)

    def ask(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The headings and rows that a query gives, each heading another one.

        It may read the table and nothing else: no file, no network, no setting. RavineError, with the database's words,
        for one that fails, and for what is not one SELECT.
        """
        self._shut(())
        return self._run(self._selected(query))

    def _selected(self, query: str) -> str:
        """The query, which is one SELECT."""
        try:
            statements = self._duckdb.extract_statements(query.encode().decode())
        except (self._duckdb.Error, UnicodeError) as error:
            raise RavineError(f"SQL: {_one_line(error)}") from None
        if len(statements) != 1 or statements[0].type != self._duckdb.StatementType.SELECT:
            raise RavineError("SQL: one SELECT is needed, as in 'SELECT lr, test_metric FROM runs ORDER BY lr'")
        return str(statements[0].query).strip().removesuffix(";")

    def _run(self, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            found = self._database.execute(statement)
            rows = found.fetchall()
        except (self._duckdb.Error, ValueError, OverflowError) as error:  # also a date that Python does not have
            raise RavineError(f"SQL: {_one_line(error)}") from None
        return _apart([column[0] for column in found.description or ()]), rows

    def _shut(self, paths: Sequence[Path]) -> None:
        """From now on the database reaches these files at most."""
        if not self._closed:
            database, self._closed = self._database, True
            listed = ", ".join(_quoted(str(path.absolute())) for path in paths)
            for setting in (
                f"allowed_paths = [{listed}]",
                "enable_external_access = false",
                "lock_configuration = true",
            ):
                database.execute(f"SET {setting}")

    def write(self, query: str, path: Path) -> None:
        """Writes what a query gives, as the ending of `path` says: .csv or .parquet."""
        check_results_file(path)
        selected = self._selected(query)
        with replacing(path) as draft:
            self._shut([draft])
            form = FORMATS[path.suffix.lower()]
            self._run(f"COPY ({selected}\n) TO {_quoted(str(draft.absolute()))} ({form}, USE_TMP_FILE false)")


def check_results_file(path: Path) -> None:
    """RavineError unless results can be written to `path`."""
    if path.suffix.lower() not in FORMATS:
        raise RavineError(f"cannot write {path}: its ending must be one of {' '.join(FORMATS)}")
    check_writable(path)


def _only(column: str, value: str | None, runs: list[Run]) -> list[Run]:
    of = [getattr(run.configuration, column) for run in runs]
    if value is not None and value not in of:
        raise unknown(f"{column} among the runs", value, set(of))
    return [run for run, held in zip(runs, of, strict=True) if value in (None, held)]


def _row(run: Run) -> dict[str, Any]:
    facts = run.as_dict()
    configuration = facts.pop("configuration")
    row = {**configuration, **facts, "key": run.configuration.key(), "lr": run.configuration.lr}
    for name in ("problem_settings", "hyperparameters"):
        row[name] = " ".join(f"{key}={value:g}" for key, value in configuration[name].items())
    row["until"] = run.configuration.until
    row["arguments"] = " ".join(f"{key}={value}" for key, value in run.configuration.arguments)
    for name in CURVES:
        row[f"{name}_curve"], row[name] = facts[name], facts[name][-1]
    return {name: row[name] for name in COLUMNS}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _apart(headings: Sequence[str]) -> list[str]:
    """The headings; the second of one name is name_1, as within DuckDB."""
    found: list[str] = []
    for heading in headings:
        names = (heading, *(f"{heading}_{number}" for number in range(1, len(headings) + 1)))
        found.append(next(name for name in names if name not in found))
    return found


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
