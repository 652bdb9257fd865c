"""`ravine results`: what a store holds."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ravine.cli.terminal import AsJson, end_with_the_reader, out, print_json


def show_results(
    folder: Annotated[Path, typer.Argument(help="The folder that compare --store was given.")],
    problem: Annotated[str | None, typer.Option(help="Only the runs on this problem.")] = None,
    optimizer: Annotated[str | None, typer.Option(help="Only the runs of this rule.")] = None,
    sql: Annotated[
        str | None,
        typer.Option(help="Ask the table runs: 'SELECT lr, avg(test_metric) FROM runs GROUP BY lr ORDER BY lr'."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="FILE.csv or .parquet: the runs, or what --sql gives.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a store of runs holds: a summary, the answer to a question in SQL, or a file for other tools.

    The summary has a row for each problem, rule, schedule and budget, with means over the seeds at its best setting,
    which is that of lowest validation loss.
    A file has a row for each run; Parquet holds its curves too. To delete a run, delete its file.
    """
    from ravine.lab.results import COLUMNS, SUMMARY, Results, check_results_file

    end_with_the_reader()
    if output is not None:
        check_results_file(output)
    results = Results(folder, {"problem": problem, "rule": optimizer})
    if output is not None:
        curves = output.suffix.lower() == ".parquet"
        columns = [name for name, kind in COLUMNS.items() if curves or not kind.endswith("[]")]
        results.write(sql or f"SELECT {', '.join(columns)} FROM runs ORDER BY problem, rule, lr, seed", output)
        out.print(f"wrote {output}", markup=False)
        return
    headings, rows = results.ask(sql or SUMMARY)
    if as_json:
        print_json([dict(zip(headings, row, strict=True)) for row in rows])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, heading in enumerate(headings):
        number = all(isinstance(row[column], int | float | None) for row in rows)
        table.add_column(heading.replace(" ", "\n"), justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    out.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
