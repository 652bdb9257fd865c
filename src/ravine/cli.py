"""The command line: `ravine rules`, `landscapes`, `race`, `compare`."""

import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ravine import __version__
from ravine.errors import RavineError
from ravine.lab import OPTIMIZERS, RATES, compare
from ravine.landscapes import Domain, Landscape, from_formula, landscapes
from ravine.rules import Rule, rules
from ravine.trajectory import find_landscape

app = typer.Typer(
    name="ravine",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Write an optimizer once, as its equation: see it, race it, compare it.",
)

out = Console(highlight=False)

INTERRUPTED = 130  # 128 and the number of the signal, as shells have it

# The parser's class of bad command lines; Typer carries the parser inside and names only this child of it.
UsageError: type[Any] = typer.BadParameter.__mro__[1]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line. Bad input is one line on standard error and exit code 2; Ctrl-C is exit code 130."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is half written is taken away
    try:
        code = app(args=arguments, prog_name="ravine", standalone_mode=False)
    except RavineError as error:
        code = _failed(str(error))
    except UsageError as error:
        where = error.ctx.command_path if error.ctx else "ravine"
        code = _failed(f"{error.format_message().rstrip('.')} (see {where} --help)")
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    if code == INTERRUPTED:  # Typer, too, turns Ctrl-C into this code
        print("ravine: stopped; nothing was written", file=sys.stderr)
    sys.exit(code)


def _end_with_the_reader() -> None:
    """`ravine rules | head` ends as other programs do, without a word. Not for commands that write files."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def _failed(message: str) -> int:
    print(f"ravine: {message}", file=sys.stderr)
    return 2


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"ravine {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None: ...


@app.command("rules")
def show_rules(
    name: Annotated[str | None, typer.Argument(help="One rule: its equation, hyperparameters and forms.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the rules, or show one: equation, hyperparameters, source, dialects.

    adam+l2 and adam+decoupled are Adam with weight decay; so for every rule.
    """
    _end_with_the_reader()
    if name is not None:
        rule = rules[name]
        _print_json(_rule_facts(rule)) if as_json else _print_rule(rule)
    elif as_json:
        _print_json([_rule_facts(rule) for rule in _by_year()])
    else:
        _print_rules()


def _by_year() -> list[Rule]:
    """The main form of each rule in order of publication, each followed by its other forms."""
    years = {rule.family: rule.year for rule in rules.values()}
    years |= {rule.name: rule.year for rule in rules.values() if rule.name == rule.family}
    return sorted(rules.values(), key=lambda rule: (years[rule.family], rule.family, rule.name != rule.family))


def _print_json(facts: object) -> None:
    print(json.dumps(facts, indent=2, ensure_ascii=False))


def _rule_facts(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "title": rule.title,
        "source": rule.source,
        "dialect": rule.dialect,
        "form_of": rule.family,
        "hyperparameters": {
            known.name: {"default": known.default, "range": str(known.range), "meaning": known.meaning}
            for known in rule.hyperparameters.values()
        },
        "state": dict(rule.state),
        "good_at": rule.good_at,
        "hurts": rule.hurts,
        "python": rule.python(),
        "latex": rule.latex(),
        "mathml": rule.mathml(),
        "javascript": rule.javascript(),
        "glsl": rule.glsl(),
    }


def _print_rules() -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rule", no_wrap=True)
    for heading in ("year", "title", "as in"):
        table.add_column(heading)
    for rule in _by_year():
        main = rule.name == rule.family
        table.add_row(rule.name if main else f"  {rule.name}", str(rule.year), rule.title, rule.dialect)
    out.print(table)
    out.print("\nOne of them: [bold]ravine rules adam[/]. With weight decay: adam+l2, adam+decoupled, for every rule.")


def _print_rule(rule: Rule) -> None:
    out.print(f"[bold]{rule.title}[/]\n{rule.source}\nas in: {rule.dialect}\n")
    out.print(rule.python(), markup=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("hyperparameter", "default", "range", "what it does"):
        table.add_column(heading)
    for known in rule.hyperparameters.values():
        table.add_row(known.name, f"{known.default:g}", str(known.range), known.meaning)
    out.print(table)
    out.print(f"\n[bold]good at[/]  {rule.good_at}\n[bold]hurts[/]    {rule.hurts}")
    forms = [form for form in rules.values() if form.family == rule.family and form.name != rule.name]
    if forms:
        out.print("\n[bold]other forms[/]  " + ", ".join(f"{form.name} ({form.dialect})" for form in forms))


@app.command("landscapes")
def show_landscapes(as_json: AsJson = False) -> None:
    """List the landscapes that a race can be run on; a formula in x and y is one too."""
    _end_with_the_reader()
    if as_json:
        _print_json([_landscape_facts(land) for land in landscapes.values()])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("landscape", "domain", "what it teaches"):
        table.add_column(heading)
    for land in landscapes.values():
        table.add_row(land.name, str(land.domain), land.lesson)
    out.print(table)


def _landscape_facts(land: Landscape) -> dict[str, Any]:
    return {
        "name": land.name,
        "title": land.title,
        "source": land.source,
        "domain": {"x": land.domain.x, "y": land.domain.y},
        "range": land.range,
        "minima": land.minima,
        "saddles": land.saddles,
        "start": land.start,
        "lesson": land.lesson,
        "parameters": land.parameters,
        "python": land.python(),
        "latex": land.latex(),
        "javascript": land.javascript(),
        "glsl": land.glsl(),
    }


@app.command("race")
def run_race(
    landscape: Annotated[
        str,
        typer.Argument(
            help="A name (ravine landscapes lists them) or a formula: 'x**2 - y**2'. Before a leading minus put --."
        ),
    ],
    names: Annotated[list[str], typer.Argument(metavar="RULE...", help="Rules: sgd momentum adam ...")],
    output: Annotated[Path, typer.Option("--output", "-o", help="FILE.png .svg .mp4 .webm or .gif")],
    start: Annotated[str | None, typer.Option(metavar="X,Y", help="Where all begin.")] = None,
    steps: Annotated[int, typer.Option(help="Steps of each rule.")] = 300,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="RULE.NAME=VALUE", help="A hyperparameter: --set adam.lr=0.1. Repeatable."),
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
    with _progress(f"filming {output.name}") as advance:
        write(run, output, advance)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("rule", "settings", "height at the end"):
        table.add_column(heading)
    for lane in run.lanes:
        table.add_row(lane.trajectory.rule.name, lane.settings, lane.outcome)
    out.print(table)
    if any(lane.chosen for lane in run.lanes):
        out.print("* picked from one grid for all: the rate that got down soonest")
    out.print(f"wrote {output}", markup=False)


@app.command("compare")
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
    from ravine.lab import chart

    if output is not None:
        chart.check_picture(output)
    with _progress(f"training on {problem}") as advance:
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


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, from the first time that what it yields is called with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=None)

    def advance(done: int, total: int) -> None:
        if bar.console.is_terminal:  # a log wants no bar
            bar.start()
            bar.update(task, completed=done, total=total)

    try:
        yield advance
    finally:
        if bar.live.is_started:
            bar.stop()


@app.command()
def dialect(
    optimizer: Annotated[str, typer.Argument(help="adam, rmsprop, …, as in the framework it comes from")],
    source: Annotated[str, typer.Option("--from", help="torch, keras, optax or tf1")],
    target: Annotated[str, typer.Option("--to", help="torch, keras, optax or tf1")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, by the first framework's name")
    ] = None,
) -> None:
    """What the same training needs in another framework: the settings, how exact they are, and why."""
    from ravine.dialects import convert

    given = {}
    for setting in settings or []:
        name, _, value = setting.partition("=")
        try:
            given[name] = float(value)
        except ValueError:
            raise RavineError(f"--set {setting}: write NAME=NUMBER, as in --set lr=1e-3") from None
    found = convert(optimizer, source, target, given)
    if found.settings:
        typer.echo(found.code())
    typer.echo(found.verdict)
    for reason in found.reasons:
        typer.echo(f"- {reason}")


if __name__ == "__main__":
    main()
