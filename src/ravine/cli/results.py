"""`ravine results`: what a store holds."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ravine.cli import completion
from ravine.cli.terminal import AsJson, end_with_the_reader, errors, out, print_json

HEADINGS = ("problem", "optimizer", "steps", "runs", "best setting", "val. metric", "test metric", "diverged")
TOLD_BY = {
    "metric": "by {}",
    "batch_size": "batches of {}",
    "evaluate_every": "looks every {}",
    "fingerprint": "checksum {:.6}",
}


def show_results(
    folder: Annotated[Path, typer.Argument(help="The folder that compare --store was given.")],
    problem: Annotated[
        str | None, typer.Option(help="Only the runs on this problem.", autocompletion=completion.problem)
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="Only the runs of this rule.", autocompletion=completion.rule)
    ] = None,
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

    The summary has a row for each problem, rule, schedule and budget. Validation data chose its setting, in the mean
    over the tuning seeds; test data and the reporting seeds judge it, as in compare.
    A file has a row for each run; Parquet holds its curves too. To delete a run, delete its file.
    """
    from ravine.lab.report.results import COLUMNS, Results, check_results_file

    end_with_the_reader()
    if output is not None:
        check_results_file(output)
    results = Results(folder, {"problem": problem, "rule": optimizer})
    for line in results.unreadable:
        errors.print(line, soft_wrap=True)
    if output is not None:
        curves = output.suffix.lower() == ".parquet"
        columns = [name for name, kind in COLUMNS.items() if curves or not kind.endswith("[]")]
        results.write(
            sql if sql is not None else f"SELECT {', '.join(columns)} FROM runs ORDER BY problem, rule, lr, seed",
            output,
        )
        out.print(f"wrote {output}")
        return
    if sql is None:
        summary = results.summary()
        if as_json:
            print_json(summary)
            return
        headings, rows = list(HEADINGS), _shown(summary)
    else:
        headings, rows = results.ask(sql)
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


def _shown(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of the summary as the columns of HEADINGS."""
    from ravine.lab.report import phrases

    problems = [row["problem"] for row in rows]
    for name in sorted({name for row in rows for name in row["problem_settings"]}):
        problems = _told_apart(problems, [f"{name} {row['problem_settings'].get(name, 0):g}" for row in rows])
    for name, text in TOLD_BY.items():
        problems = _told_apart(problems, [text.format(row[name]) for row in rows])
    optimizers = ["\n".join(row["optimizer"].replace(",", "").split()) for row in rows]
    optimizers = _told_apart(optimizers, [f"equation {row['equation'][:6]}" for row in rows])
    return [
        (
            problem,
            optimizer,
            row["steps"],
            row["runs"],
            "\n".join(f"{name} {phrases.number(value)}" for name, value in row["setting"].items()),
            row["validation_metric"],
            row["test_metric"],
            f"{row['diverged']:.0%}",
        )
        for problem, optimizer, row in zip(problems, optimizers, rows, strict=True)
    ]


def _told_apart(labels: list[str], facts: list[str]) -> list[str]:
    """The labels, with the fact on a line below where one label stands for several facts."""
    pairs = list(zip(labels, facts, strict=True))
    several = {label for label, _ in pairs if len({fact for other, fact in pairs if other == label}) > 1}
    return [f"{label}\n{fact}" if label in several else label for label, fact in pairs]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
