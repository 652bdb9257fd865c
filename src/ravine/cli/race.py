"""`ravine race`: a picture or a film of rules on a landscape."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ravine.backends.python import INFIX
from ravine.cli import completion
from ravine.cli.terminal import out, progress
from ravine.errors import RavineError
from ravine.landscapes import Domain, Landscape, from_formula, landscapes
from ravine.trajectory import find_landscape


def run_race(
    landscape: Annotated[
        str,
        typer.Argument(
            help="A name (ravine landscapes lists them) or a formula: 'x^2 - 3y^2'. Before a leading minus put --.",
            autocompletion=completion.landscape,
        ),
    ],
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="RULE...",
            help="Rules: sgd momentum adam ...; or a .py file of your own.",
            autocompletion=completion.rule,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="FILE.png .svg .mp4 .webm or .gif")],
    start: Annotated[str | None, typer.Option(metavar="X,Y", help="Where all begin.")] = None,
    steps: Annotated[int, typer.Option(help="Steps of each rule.")] = 300,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="RULE.NAME=VALUE",
            help="A hyperparameter: --set adam.lr=0.1. Repeatable.",
            autocompletion=completion.setting,
        ),
    ] = None,
    domain: Annotated[str | None, typer.Option(metavar="X0,X1,Y0,Y1", help="What a formula's picture shows.")] = None,
    noise: Annotated[float, typer.Option(help="Standard deviation of noise on each gradient, as of minibatches.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the noise; it is the same for every rule.")] = 0,
) -> None:
    """Race rules on a landscape, and draw or film it.

    All have the same start, steps and gradients. A learning rate that is not set is picked for each rule from one grid
    by one criterion, without noise: the soonest down that neither climbs above the start nor jumps over a fifth of the
    picture (the lowest of the grid, if none is). The landscape's own numbers are set likewise, as in
    --set ravine.condition=100.
    """
    from ravine.film import race, write
    from ravine.film.write import check

    check(output)
    if commas := [name for name in names if "," in name]:
        raise RavineError(f"put spaces between rules, not commas: {commas[0].replace(',', ' ')}")
    given = _settings(settings or [])
    land = _landscape(landscape, domain, given)
    begin = None if start is None else _numbers("--start", start, 2)
    if seed < 0:
        raise RavineError(f"--seed must be at least 0, not {seed}")
    run = race(
        land,
        names,
        start=None if begin is None else (begin[0], begin[1]),
        steps=steps,
        settings=given,
        noise=noise,
        seed=seed,
    )
    with progress(f"filming {output.name}") as advance:
        write(run, output, advance)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("rule", "settings", "height at the end"):
        table.add_column(heading)
    for lane in run.lanes:
        table.add_row(lane.trajectory.rule.name, lane.settings, lane.outcome)
    out.print(table)
    if any(lane.chosen for lane in run.lanes):
        out.print(
            "* picked from one grid for all: lowest on average over the steps, by logarithm; another may end lower"
        )
    if land.name == "formula" and (read := INFIX.write(land.equation.results[0])).split() != land.title.split():
        out.print(f"the formula was read as {read}")
    out.print(f"wrote {output}")


def _landscape(text: str, domain: str | None, given: dict[str, dict[str, float]]) -> Landscape:
    """The landscape that the user named or typed; its own numbers are taken out of `given`."""
    if domain is not None:
        if text in landscapes:
            raise RavineError(f"--domain goes with a formula; {text} has its own")
        x0, x1, y0, y1 = _numbers("--domain", domain, 4)
        return from_formula(text, Domain((x0, x1), (y0, y1)))
    land = find_landscape(text)
    # `ravine` is a landscape, and no rule: the names of the two do not meet.
    return land.with_parameters(**given.pop(land.name, {}))


def _numbers(option: str, text: str, count: int) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise RavineError(f"{option} takes {count} numbers with commas between, not {text!r}")
    return numbers


def _settings(texts: list[str]) -> dict[str, dict[str, float]]:
    settings: dict[str, dict[str, float]] = {}
    for text in texts:
        owner, dot, rest = text.partition(".")
        name, equals, value = rest.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = None
        if not (owner and dot and name and equals) or number is None:
            raise RavineError(f"--set takes RULE.NAME=VALUE, as in adam.lr=0.1, not {text!r}")
        settings.setdefault(owner, {})[name] = number
    return settings
