"""A comparison on a terminal."""

from rich.measure import Measurement
from rich.table import Table

from ravine.cli.terminal import bold, out
from ravine.lab import Comparison
from ravine.lab.report import phrases
from ravine.lab.report.recipe import recipe

WIDE, SPARED = 100, ("seconds", "decades")  # a narrow terminal shows less
SETTING = "best setting"  # below the table, where it has no room in it
UNBOUND = 10_000


def print_comparison(comparison: Comparison) -> None:
    """The table as wide as the terminal has room for, what follows from it, and the lines that train with it."""
    out.say(bold(comparison.title), f": {comparison.network}, batches of {comparison.batch_size}")
    made = f"{phrases.count(len(comparison.runs), 'run')} of {phrases.epochs(comparison.epochs)}"
    out.print(f"{made}, {comparison.seconds:.0f} s in all\n")
    rows = comparison.table()
    headings = [heading for heading in rows[0] if out.width >= WIDE or heading not in SPARED]
    table = _table(rows, headings)
    if Measurement.get(out, out.options.update(width=UNBOUND), table).maximum <= out.width:
        out.print(table)
    else:
        out.print(_table(rows, [heading for heading in headings if heading != SETTING]))
        out.print("\nBest settings")
        for row in rows:
            out.print(f"{row['optimizer']}: {row[SETTING]}")
        out.print()
    for line in comparison.course():
        out.print(line)
    if comparison.self_check.passed is not False:  # a warning is part of the recommendation
        out.print(f"Self-check. {comparison.self_check.sentence}")
    for note in comparison.notes:
        out.print(note)
    out.print(f"\n{comparison.recommendation()}\n")
    if any(run.diverged for run in comparison.runs) and all(run.diverged for run in comparison.runs):
        return
    for line in recipe(comparison):
        out.print(f"    {line}", soft_wrap=True)
    out.print()


def _table(rows: list[dict[str, str]], headings: list[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column("\n".join(heading.rsplit(" ", 1)), no_wrap=heading != "optimizer", overflow="fold")
    for row in rows:
        table.add_row(*(row[heading] for heading in headings))
    return table
