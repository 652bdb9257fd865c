"""`ravine compare`: which optimizer to use on a problem, with the evidence."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ravine.cli.terminal import AsJson, out, progress
from ravine.lab import OPTIMIZERS, RATES, compare


def run_compare(
    problem: Annotated[str, typer.Argument(help="What to train on: digits.")],
    optimizers: Annotated[str, typer.Option(metavar="NAME,NAME", help="Which optimizers.")] = ",".join(OPTIMIZERS),
    lrs: Annotated[str, typer.Option(metavar="FROM:TO:COUNT", help="Rates, log-spaced; or a list: 0.1,0.01")] = RATES,
    seeds: Annotated[int, typer.Option(help="Runs of each setting: other initial weights and batch orders.")] = 5,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training data.  [default: the problem's]")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="FILE.png or .svg: accuracy against rate.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train with each optimizer over a grid of learning rates and seeds; say which to use, with the evidence.

    A seed fixes the initial weights and the order of the batches for every optimizer alike. Rates are chosen on
    validation data; test data only reports.
    """
    from ravine.lab import first_chart as chart

    if output is not None:
        chart.check_picture(output)
    with progress(f"training on {problem}") as advance:
        comparison = compare(
            problem,
            optimizers=[name.strip() for name in optimizers.split(",") if name.strip()],
            lrs=lrs,
            seeds=seeds,
            epochs=epochs,
            on_progress=advance,
        )
    if output is not None:
        chart.draw(comparison, output)
    if as_json:
        print(comparison.to_json())
        return
    out.print(f"[bold]{comparison.title}[/]: {comparison.network}, batches of {comparison.batch_size}")
    runs = f"runs: {len(comparison.runs)}, epochs: {comparison.epochs}, {comparison.seconds:.0f} s in all"
    out.print(f"{runs}, {comparison.model_steps_per_second:,.0f} steps of one network a second\n")
    rows = comparison.table()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in rows[0]:
        table.add_column(heading, no_wrap=heading == "optimizer")
    for row in rows:
        table.add_row(*row.values())
    out.print(table)
    out.print(f"\n{comparison.recommendation()}")
    if output is not None:
        out.print(f"wrote {output}", markup=False)
